// 50 users for 10 seconds: probes, logins, and articles that come and go. BASE_URL is the newsroom's address.
import http from "k6/http";
import { check, fail, sleep } from "k6";

const BASE = __ENV.BASE_URL || "http://localhost:8000";
const DURATION = __ENV.DURATION || "10s";

// Few enough that registering them stays under AUTH_REGISTER_LIMIT_PER_ADDRESS; they are kept for the next run.
const ACCOUNTS = 5;
const PASSWORD = "a password for load tests";

const scenario = (exec, vus) => ({ executor: "constant-vus", exec, vus, duration: DURATION });

export const options = {
  scenarios: {
    health: scenario("health", 20),
    // Each login costs a password hash, which is meant to be slow.
    auth: scenario("auth", 5),
    crud: scenario("crud", 25),
  },
  thresholds: {
    http_req_failed: ["rate<0.01"],
    http_req_duration: ["p(95)<500"],
    checks: ["rate>0.99"],
  },
};

const JSON_BODY = { "content-type": "application/json" };

function send(method, path, body, token) {
  const headers = token ? { ...JSON_BODY, authorization: `Bearer ${token}` } : JSON_BODY;
  // One name for all ids of a route.
  const name = `${method} ${path.replace(/[0-9a-f-]{36}/, "{id}").replace(/\?.*/, "")}`;
  return http.request(method, BASE + path, body && JSON.stringify(body), { headers, tags: { name } });
}

function expect(response, status) {
  return check(response, { [`${response.request.method} is ${status}`]: (r) => r.status === status });
}

function login(email) {
  return send("POST", "/auth/token", { email, password: PASSWORD });
}

export function setup() {
  const tokens = [];
  for (let n = 0; n < ACCOUNTS; n++) {
    const email = `load-${n}@example.com`;
    // What happens here is no part of the figures, but a 401 would count as a failure.
    const quiet = { responseCallback: http.expectedStatuses(201, 409), headers: JSON_BODY };
    http.post(`${BASE}/auth/register`, JSON.stringify({ email, password: PASSWORD }), quiet);
    const response = login(email);
    if (response.status !== 200) {
      fail(`no login for ${email}: ${response.status} ${response.body}`);
    }
    tokens.push(response.json("access_token"));
  }
  return { tokens };
}

export function health() {
  expect(send("GET", "/health"), 200);
  sleep(0.1);
}

export function auth() {
  const response = login(`load-${__VU % ACCOUNTS}@example.com`);
  if (expect(response, 200)) {
    expect(send("GET", "/auth/me", null, response.json("access_token")), 200);
    const refreshed = send("POST", "/auth/refresh", { refresh_token: response.json("refresh_token") });
    if (expect(refreshed, 200)) {
      expect(send("POST", "/auth/logout", { refresh_token: refreshed.json("refresh_token") }), 204);
    }
  }
  sleep(2);
}

export function crud({ tokens }) {
  const token = tokens[__VU % tokens.length];
  const article = { title: `Load ${__VU}-${__ITER}-${Date.now()}`, body: "Written by a load test." };
  const made = send("POST", "/articles", article, token);
  if (expect(made, 201)) {
    const path = `/articles/${made.json("id")}`;
    expect(send("GET", path, null, token), 200);
    expect(send("PATCH", path, { body: "Changed by a load test." }, token), 200);
    expect(send("GET", "/articles?sort=-created_at&limit=20", null, token), 200);
    expect(send("DELETE", path, null, token), 204);
  }
  sleep(0.5);
}
