//! The document as a whole, over the sample resources.

use serde_json::{Value, json};
use utoipa::Path as _;

use crate::error::Code;

use super::{AuthDocs, Document, OWN_SCHEMAS, ServiceDocs, example, lint, sample};

fn document() -> Value {
    serde_json::to_value(sample::document()).unwrap()
}

/// The codes of all problems of an operation, in the order of their statuses; each stands under the status of its own.
fn problems(document: &Value, method: &str, path: &str) -> String {
    let responses = document["paths"][path][method]["responses"]
        .as_object()
        .unwrap();
    let mut codes = Vec::new();
    for (status, response) in responses
        .iter()
        .filter(|(status, _)| status.as_str() >= "400")
    {
        let name = response["$ref"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap();
        let schema = &document["components"]["responses"][name]["content"]["application/problem+json"]
            ["schema"];
        for code in schema
            .pointer("/allOf/1/properties/code/enum")
            .unwrap()
            .as_array()
            .unwrap()
        {
            let known = Code::ALL
                .iter()
                .find(|known| known.as_str() == code)
                .unwrap();
            assert_eq!(known.status().as_str(), status);
            codes.push(known.as_str());
        }
    }
    codes.join(" ")
}

#[test]
fn the_document_is_sound() {
    let document = document();
    assert_eq!(lint(&document), Vec::<String>::new());
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "newsroom");
}

#[test]
fn an_operation_tells_the_problems_that_it_can_give_and_no_other() {
    let document = document();
    let problems = |method, path| problems(&document, method, path);
    assert_eq!(
        problems("get", "/categories"),
        "invalid_query invalid_cursor internal unavailable timeout"
    );
    assert_eq!(
        problems("get", "/articles/{id}"),
        "invalid_query invalid_path unauthenticated forbidden not_found internal unavailable timeout"
    );
    assert_eq!(
        problems("post", "/articles"),
        "malformed_json invalid_query unauthenticated forbidden conflict in_progress payload_too_large \
         unsupported_media_type validation_failed idempotency_mismatch internal unavailable timeout"
    );
    assert_eq!(
        problems("put", "/articles/{id}"),
        "malformed_json invalid_query invalid_path unauthenticated forbidden not_found conflict \
         precondition_failed payload_too_large \
         unsupported_media_type validation_failed internal unavailable timeout"
    );
    assert_eq!(
        problems("patch", "/categories/{id}"),
        "malformed_json invalid_query invalid_path unauthenticated forbidden not_found \
         in_progress precondition_failed payload_too_large \
         unsupported_media_type validation_failed idempotency_mismatch internal unavailable timeout",
        "the name of a category is set once, so that a change breaks no unique column"
    );
    assert_eq!(
        problems("get", "/auth/me"),
        "unauthenticated internal unavailable timeout"
    );
}

#[test]
fn a_delete_is_held_by_what_refers_to_the_row() {
    let document = document();
    let problems = |path| problems(&document, "delete", path);
    let free = "invalid_query invalid_path unauthenticated forbidden not_found precondition_failed internal \
                unavailable timeout";
    assert_eq!(
        problems("/articles/{id}"),
        free,
        "comments go with their article"
    );
    assert_eq!(problems("/comments/{id}"), free);
    assert_eq!(
        problems("/categories/{id}"),
        "invalid_query invalid_path unauthenticated forbidden not_found in_use precondition_failed internal \
         unavailable timeout"
    );
}

#[test]
fn operations_that_are_left_out_are_not_told() {
    let document = document();
    let comments = document["paths"]["/comments"].as_object().unwrap();
    assert_eq!(comments.keys().collect::<Vec<_>>(), ["get"]);
    assert!(
        document["components"]["schemas"]
            .get("NewComment")
            .is_none()
    );
    assert!(
        document["components"]["schemas"]
            .get("CommentPage")
            .is_some()
    );
}

#[test]
fn every_rule_is_told() {
    let document = document();
    let patch = &document["paths"]["/articles/{id}"]["patch"];
    assert_eq!(patch["x-required-role"], "ADMIN or the owner");
    assert_eq!(patch["description"], "Needs: ADMIN or the owner");
    assert_eq!(patch["security"], json!([{ "bearer": [] }]));
    let public = &document["paths"]["/categories"]["get"];
    assert_eq!(public["x-required-role"], "anybody");
    assert_eq!(public["security"], json!([]));
    let scheme = &document["components"]["securitySchemes"]["bearer"];
    assert_eq!(
        (&scheme["type"], &scheme["scheme"], &scheme["bearerFormat"]),
        (&json!("http"), &json!("bearer"), &json!("JWT"),)
    );
}

#[test]
fn a_handler_gets_what_its_description_leaves_out() {
    let document = document();
    let publish = &document["paths"]["/articles/{id}/publish"]["post"];
    assert_eq!(
        publish["operationId"], "create_article_2",
        "the id was taken"
    );
    assert_eq!(publish["tags"], json!(["articles"]));
    assert_eq!(
        publish["description"],
        "Publishes an article.\n\nNeeds: ADMIN"
    );
    assert_eq!(publish["parameters"][0]["name"], "id");
    assert_eq!(
        publish["parameters"][0]["schema"],
        json!({ "type": "string", "format": "uuid", "examples": [example::ID] })
    );
    assert_eq!(publish["responses"]["200"]["description"], "OK");
    let declared = &publish["responses"]["409"];
    assert_eq!(declared["description"], "It is published already.");
    let schema = "/content/application~1problem+json/schema/$ref";
    assert_eq!(
        declared.pointer(schema),
        Some(&json!("#/components/schemas/Problem"))
    );
    for status in ["400", "401", "403", "404", "500", "503", "504"] {
        assert!(publish["responses"].get(status).is_some(), "{status}");
    }
    assert!(
        publish["responses"].get("415").is_none(),
        "it reads no body"
    );
}

/// What somebody asked for.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "described, never made")]
struct Order {
    /// What of.
    item: String,
    lines: Vec<Line>,
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "described, never made")]
struct Line {
    count: i32,
}

/// Takes an order.
///
/// It is sent the same day.
#[utoipa::path(post, path = "/orders/{shop}", request_body = Order, responses((status = 201, body = Order), (status = 404)))]
#[expect(dead_code, reason = "described, never called")]
fn order() {}

#[test]
fn what_utoipa_describes_is_taken_as_it_is() {
    let mut schemas = Vec::new();
    <__path_order as utoipa::__dev::SchemaReferences>::schemas(&mut schemas);
    let document =
        __path_order::methods()
            .into_iter()
            .fold(Document::new("shop", "1"), |document, method| {
                document.operation(
                    __path_order::path(),
                    method,
                    __path_order::operation(),
                    sample::ADMIN,
                    schemas.clone(),
                )
            });
    let document = serde_json::to_value(document.finish()).unwrap();
    assert_eq!(lint(&document), Vec::<String>::new());
    let order = &document["paths"]["/orders/{shop}"]["post"];
    assert_eq!(order["operationId"], "order");
    assert_eq!(order["summary"], "Takes an order");
    assert_eq!(
        order["description"],
        "It is sent the same day.\n\nNeeds: ADMIN"
    );
    assert_eq!(order["tags"], json!(["orders"]));
    assert_eq!(order["responses"]["404"]["description"], "Not Found");
    assert_eq!(
        order["responses"]["422"]["$ref"],
        "#/components/responses/ValidationFailed"
    );
    assert!(document["components"]["schemas"].get("Line").is_some());
}

#[test]
fn accounts_have_the_roles_of_the_rules() {
    let document = document();
    let role = &document["components"]["schemas"]["AuthAccount"]["properties"]["role"];
    assert_eq!(role["enum"], json!(["VIEWER", "MEMBER", "ADMIN", "OWNER"]));
    let token = &document["paths"]["/auth/token"]["post"];
    assert_eq!(
        token["responses"]["401"]["$ref"],
        "#/components/responses/InvalidCredentials"
    );
    let without = Document::new("a", "1").auth(&AuthDocs::default()).finish();
    let without = serde_json::to_value(without).unwrap();
    assert_eq!(lint(&without), Vec::<String>::new());
    assert!(without["paths"].get("/auth/register").is_none());
    assert!(
        without["components"]["schemas"]
            .get("AuthRegistration")
            .is_none()
    );
}

#[test]
fn answers_have_their_headers() {
    let document = document();
    let create = &document["paths"]["/articles"]["post"]["responses"]["201"];
    assert_eq!(
        create["headers"]["Location"]["schema"]["format"],
        "uri-reference"
    );
    assert_eq!(
        create["headers"]["x-request-id"]["$ref"],
        "#/components/headers/RequestId"
    );
    let unavailable = &document["components"]["responses"]["Unavailable"];
    assert_eq!(
        unavailable["headers"]["Retry-After"]["schema"]["type"],
        "integer"
    );
    assert_eq!(
        unavailable["headers"]["x-request-id"]["$ref"],
        "#/components/headers/RequestId"
    );
}

#[test]
fn the_names_of_the_kit_are_all_that_are_of_no_resource() {
    let document = Document::new("a", "1")
        .auth(&AuthDocs::ALL)
        .service(&ServiceDocs::ALL);
    let document = serde_json::to_value(document.finish()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert_eq!(schemas.keys().collect::<Vec<_>>(), OWN_SCHEMAS);
}

#[test]
fn a_login_is_where_the_service_is() {
    let url = |server| {
        let document = Document::new("a", "1").server(server).password_flow(true);
        let document = serde_json::to_value(document.finish()).unwrap();
        document["components"]["securitySchemes"]["password"]["flows"]["password"]["tokenUrl"]
            .clone()
    };
    assert_eq!(url(None), "/auth/token");
    assert_eq!(
        url(Some("https://example.com/news")),
        "https://example.com/news/auth/token"
    );
}

#[test]
fn part_of_a_row_is_told_beside_the_whole() {
    let document = document();
    let page = &document["paths"]["/articles"]["get"]["responses"]["200"];
    assert_eq!(
        page["content"]["application/json"]["schema"]["anyOf"],
        json!([
            { "$ref": "#/components/schemas/ArticlePage" },
            { "$ref": "#/components/schemas/ArticleFieldsPage" }
        ])
    );
    let part = &document["components"]["schemas"]["ArticleFields"];
    assert!(part.get("required").is_none());
    let whole = &document["components"]["schemas"]["Article"];
    assert_eq!(part["properties"], whole["properties"]);
}
