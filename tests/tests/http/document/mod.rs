//! The OpenAPI document held to what the newsroom does: its examples, its schemas, and the problems of each operation.

mod battery;
mod codes;
mod examples;

use serde_json::{Value, json};
use skeleton_runtime::test_util::{TestApp, TestResponse};

/// The document of a service.
pub(super) struct Document(pub(super) Value);

/// One operation of it.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) method: String,
    /// With its parameters in braces.
    pub(super) path: String,
    pub(super) told: Value,
}

impl Document {
    pub(super) async fn of(app: &TestApp) -> Self {
        Self(app.get("/openapi.json").send().await.expect(200).json())
    }

    pub(super) fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            for (method, told) in item.as_object().unwrap() {
                operations.push(Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    told: told.clone(),
                });
            }
        }
        operations
    }

    /// Follows a reference.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).unwrap(),
            None => value,
        }
    }

    /// What is wrong with a value, by a schema of the document, in words; nothing if it fits.
    pub(super) fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": self.0["components"],
            "allOf": [schema],
        });
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .build(&schema)
            .unwrap();
        let errors = validator.iter_errors(value);
        errors
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect()
    }

    /// The codes of an operation's problems, each as `404 not_found`.
    pub(super) fn codes(&self, operation: &Operation) -> Vec<String> {
        let mut codes = Vec::new();
        for (status, response) in operation.told["responses"].as_object().unwrap() {
            let content = &self.resolve(response)["content"]["application/problem+json"];
            let told = content.pointer("/schema/allOf/1/properties/code/enum");
            for code in told.and_then(Value::as_array).into_iter().flatten() {
                codes.push(format!("{status} {}", code.as_str().unwrap()));
            }
        }
        codes
    }

    /// Holds an answer to what is told of it, and gives its code as [`Document::codes`] does, if it is a problem.
    pub(super) fn check(&self, operation: &Operation, response: &TestResponse) -> Option<String> {
        let status = response.status().to_string();
        let asked = format!("{} {}: {status}", operation.method, operation.path);
        let told = self.resolve(&operation.told["responses"][&status]);
        assert!(told.is_object(), "{asked} is not told: {}", response.text());
        let Some(content) = told.get("content").and_then(Value::as_object) else {
            assert_eq!(response.text(), "", "{asked} has a body");
            return None;
        };
        let media_type = response.header("content-type").unwrap();
        let media_type = media_type.split(';').next().unwrap();
        assert!(content.contains_key(media_type), "{asked} is {media_type}");
        if media_type == "text/plain" {
            return None;
        }
        let schema = &content[media_type]["schema"];
        // The first is what is answered where nobody asks for less.
        let schema = schema.pointer("/anyOf/0").unwrap_or(schema);
        let body = response.json();
        assert_eq!(
            self.faults(schema, &body),
            Vec::<String>::new(),
            "{asked}: {body}"
        );
        let code = body.get("code").and_then(Value::as_str);
        code.filter(|_| media_type == "application/problem+json")
            .map(|code| format!("{status} {code}"))
    }
}
