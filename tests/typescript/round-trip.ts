// What a client does with the types that openapi-typescript makes of the document: NEWSROOM is the service's address.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./newsroom.js";

type Article = components["schemas"]["Article"];
type Page = components["schemas"]["ArticlePage"];

const newsroom = createClient<paths>({ baseUrl: process.env["NEWSROOM"] ?? "http://127.0.0.1:8000" });
const login = { email: `reader-${randomUUID()}@example.com`, password: "correct horse battery" };

const account = await newsroom.POST("/auth/register", { body: login });
assert.equal(account.data?.role, "MEMBER");
const tokens = await newsroom.POST("/auth/token", { body: login });
assert.equal(tokens.data?.token_type, "Bearer");
newsroom.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${tokens.data?.access_token}`);
    return request;
  },
});

// A row, with what the server adds, and its tag.
const made = await newsroom.POST("/articles", {
  body: { title: "From TypeScript", body: "Text.", rating: "4.5", metadata: { language: "en" } },
});
assert(made.data, JSON.stringify(made.error));
const article: Article = made.data;
assert.equal(article.slug.startsWith("from-typescript"), true);
assert.equal(article.status satisfies "draft" | "published" | "archived", "draft");
const tag = made.response.headers.get("etag");
assert(tag);

// Filters, sorts and cursors; without `fields` a page is of whole rows.
for (const title of ["Two", "Three"]) {
  const more = await newsroom.POST("/articles", { body: { title, body: "Text." } });
  assert.equal(more.response.status, 201);
}
const titles: string[] = [];
let cursor: string | null | undefined;
do {
  const page = await newsroom.GET("/articles", {
    params: {
      query: { author_id: article.author_id, status__in: ["draft", "archived"], sort: ["title"], limit: 2, ...(cursor ? { cursor } : {}) },
    },
    querySerializer: { array: { style: "form", explode: false } },
  });
  assert(page.data, JSON.stringify(page.error));
  const { items, next_cursor } = page.data as Page;
  titles.push(...items.map((item) => item.title));
  cursor = next_cursor;
} while (cursor);
assert.deepEqual(titles, ["From TypeScript", "Three", "Two"]);

// As docs/openapi.md shows it.
{
  const { data, error } = await newsroom.GET("/articles", {
    params: { query: { status__in: ["draft"], limit: 10 } },
    // Lists in one parameter, with commas between the values.
    querySerializer: { array: { style: "form", explode: false } },
  });
  if (error?.code === "invalid_query") console.error(error.errors); // which name the parameters
  const page = data as components["schemas"]["ArticlePage"]; // there is no `fields` in the request
  console.log(page.items.length);
}

// A part of a row has no more than it was asked for.
const path = { id: article.id };
const part = await newsroom.GET("/articles/{id}", { params: { path, query: { fields: ["title"] } } });
assert.deepEqual(part.data, { title: "From TypeScript" });

// A change of the row as it was read, and another of one that is no more.
const patch = (tag: string, title: string) =>
  newsroom.PATCH("/articles/{id}", { params: { path, header: { "If-Match": tag } }, body: { title } });
const changed = await patch(tag, "Changed");
assert.equal(changed.data?.title, "Changed");
const late = await patch(tag, "Too late");

/** Every code that a change can give: the compiler knows whether one is left out. */
function told(problem: NonNullable<typeof late.error>): string {
  switch (problem.code) {
    case "precondition_failed":
      return "read it again";
    case "validation_failed":
      return (problem.errors ?? []).map((fault) => `${fault.field}: ${fault.code}`).join();
    case "unauthenticated":
    case "forbidden":
      return "not yours";
    case "malformed_json":
    case "invalid_query":
    case "invalid_path":
    case "not_found":
    case "conflict":
    case "in_progress":
    case "payload_too_large":
    case "unsupported_media_type":
    case "idempotency_mismatch":
    case "internal":
    case "unavailable":
    case "timeout":
      return problem.detail;
    default:
      return problem satisfies never;
  }
}

assert(late.error);
assert.equal(told(late.error), "read it again");
const wrong = await patch("*", "x".repeat(201));
assert(wrong.error);
assert.equal(told(wrong.error), "title: length");

// @ts-expect-error: a status that there is none of.
await newsroom.POST("/articles", { body: { title: "A", body: "", status: "lost" } });
// @ts-expect-error: the slug is the server's to make.
({ slug: "mine" }) satisfies components["schemas"]["ArticleChanges"];
// @ts-expect-error: an article needs a body.
await newsroom.POST("/articles", { body: { title: "A" } });
console.log("round trip: done");
