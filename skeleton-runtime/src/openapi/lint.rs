//! Faults of a document that no schema of OpenAPI finds, for tests.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Walks a document and tells what is wrong with it, one line for each fault; none is an empty list.
///
/// Every `$ref` resolves; every operation has an id of its own, a rule (`x-required-role`), tags and security schemes
/// that are declared, the parameters of its path and no parameter twice, and an answer of 2xx; whoever needs a token
/// is told of 401; every response has a description, and those of 4xx and 5xx are problem bodies (but the 503 of a
/// health check); what a schema requires it has.
///
/// ```
/// # use skeleton_runtime::openapi::lint;
/// use skeleton_runtime::prelude::JsonValue;
///
/// let document = JsonValue::Null;
/// assert!(lint(&document)[0].ends_with("is not OpenAPI 3.1"));
/// ```
pub fn lint(document: &Value) -> Vec<String> {
    let mut linter = Linter {
        document,
        faults: Vec::new(),
        ids: BTreeSet::new(),
    };
    if !document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.1."))
    {
        linter.fault("", "is not OpenAPI 3.1");
    }
    linter.walk("", document);
    for (path, item) in object(&document["paths"]) {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let place = format!("{} {path}", method.to_uppercase());
                linter.operation(&place, path, item, operation);
            }
        }
    }
    linter.faults
}

struct Linter<'a> {
    document: &'a Value,
    faults: Vec<String>,
    ids: BTreeSet<&'a str>,
}

impl<'a> Linter<'a> {
    fn fault(&mut self, place: &str, what: impl AsRef<str>) {
        self.faults.push(format!("{place}: {}", what.as_ref()));
    }

    /// Follows references; what does not resolve is told by `walk`, once.
    fn resolve(&self, mut value: &'a Value) -> &'a Value {
        // A chain longer than this is a circle.
        for _ in 0..8 {
            let Some(target) = value["$ref"]
                .as_str()
                .and_then(|reference| self.target(reference))
            else {
                break;
            };
            value = target;
        }
        value
    }

    fn target(&self, reference: &str) -> Option<&'a Value> {
        self.document.pointer(reference.strip_prefix('#')?)
    }

    fn walk(&mut self, place: &str, value: &'a Value) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str)
                    && self.target(reference).is_none()
                {
                    self.fault(place, format!("`{reference}` does not resolve"));
                }
                self.required(place, members);
                for (name, member) in members {
                    self.walk(&format!("{place}/{name}"), member);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(&format!("{place}/{index}"), item);
                }
            }
            _ => {}
        }
    }

    fn required(&mut self, place: &str, schema: &'a Map<String, Value>) {
        let Some(Value::Array(required)) = schema.get("required") else {
            return;
        };
        for name in required.iter().filter_map(Value::as_str) {
            if schema
                .get("properties")
                .is_none_or(|properties| properties.get(name).is_none())
            {
                self.fault(place, format!("requires `{name}`, which it does not have"));
            }
        }
    }

    fn operation(&mut self, place: &str, path: &str, item: &'a Value, operation: &'a Value) {
        match operation["operationId"].as_str() {
            Some(id) if self.ids.insert(id) => {}
            Some(id) => self.fault(place, format!("the operationId `{id}` is taken")),
            None => self.fault(place, "has no operationId"),
        }
        if !operation["x-required-role"].is_string() {
            self.fault(place, "does not tell its rule");
        }
        self.tags(place, operation);
        self.parameters(place, path, item, operation);
        self.security(place, operation);
        let responses = object(&operation["responses"]);
        if !responses.clone().any(|(status, _)| status.starts_with('2')) {
            self.fault(place, "has no answer of 2xx");
        }
        for (status, response) in responses {
            self.response(&format!("{place} {status}"), status, response);
        }
    }

    fn tags(&mut self, place: &str, operation: &'a Value) {
        let declared: Vec<&Value> = array(&self.document["tags"])
            .map(|tag| &tag["name"])
            .collect();
        let tags: Vec<&Value> = array(&operation["tags"]).collect();
        if tags.is_empty() {
            self.fault(place, "has no tag");
        }
        for tag in tags.into_iter().filter(|tag| !declared.contains(tag)) {
            self.fault(place, format!("the tag {tag} is not declared"));
        }
    }

    fn parameters(&mut self, place: &str, path: &str, item: &'a Value, operation: &'a Value) {
        let named: BTreeSet<&str> = path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let mut seen = BTreeSet::new();
        for parameter in array(&item["parameters"]).chain(array(&operation["parameters"])) {
            let parameter = self.resolve(parameter);
            let (name, location) = (text(&parameter["name"]), text(&parameter["in"]));
            if !seen.insert((location, name)) {
                self.fault(place, format!("the parameter `{name}` is declared twice"));
            }
            if location == "path" && !named.contains(name) {
                self.fault(place, format!("the parameter `{name}` is not in the path"));
            }
            if location == "path" && parameter["required"] != true {
                self.fault(place, format!("the parameter `{name}` is not required"));
            }
            if parameter.get("schema").is_none() && parameter.get("content").is_none() {
                self.fault(place, format!("the parameter `{name}` has no schema"));
            }
        }
        for name in named
            .into_iter()
            .filter(|name| !seen.contains(&("path", name)))
        {
            self.fault(place, format!("the parameter `{name}` is not declared"));
        }
    }

    fn security(&mut self, place: &str, operation: &'a Value) {
        let Some(requirements) = operation["security"].as_array() else {
            return self.fault(place, "does not tell whether it needs a token");
        };
        for (name, _) in requirements.iter().flat_map(object) {
            if self.document["components"]["securitySchemes"]
                .get(name)
                .is_none()
            {
                self.fault(
                    place,
                    format!("the security scheme `{name}` is not declared"),
                );
            }
        }
        if !requirements.is_empty() && operation["responses"].get("401").is_none() {
            self.fault(place, "needs a token and does not tell of 401");
        }
    }

    fn response(&mut self, place: &str, status: &str, response: &'a Value) {
        let response = self.resolve(response);
        if text(&response["description"]).is_empty() {
            self.fault(place, "has no description");
        }
        let is_health = status == "503"
            && ["Health", "Readiness"].iter().any(|schema| {
                response.pointer("/content/application~1json/schema/$ref")
                    == Some(&format!("#/components/schemas/{schema}").into())
            });
        let is_problem = object(&response["content"])
            .map(|(media_type, _)| media_type)
            .eq(["application/problem+json"]);
        if status.starts_with(['4', '5']) && !is_problem && !is_health {
            self.fault(place, "is no problem body");
        }
    }
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> + Clone {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_is_told() {
        let document = json!({
            "openapi": "3.0.3",
            "paths": {
                "/a/{id}": {
                    "get": { "operationId": "one", "responses": { "404": { "description": "Gone" } } },
                    "put": {
                        "operationId": "one",
                        "tags": ["a"],
                        "x-required-role": "ADMIN",
                        "security": [{ "bearer": [] }],
                        "parameters": [{ "name": "other", "in": "path" }],
                        "responses": { "200": { "$ref": "#/components/responses/Missing" } }
                    }
                }
            },
            "components": { "schemas": { "A": { "required": ["x"], "properties": { "y": {} } } } }
        });
        let faults = lint(&document);
        for expected in [
            ": is not OpenAPI 3.1",
            "/components/schemas/A: requires `x`, which it does not have",
            "/paths/~/responses/200: `#/components/responses/Missing` does not resolve",
            "GET /a/{id}: does not tell its rule",
            "GET /a/{id}: does not tell whether it needs a token",
            "GET /a/{id}: has no tag",
            "GET /a/{id}: the parameter `id` is not declared",
            "GET /a/{id}: has no answer of 2xx",
            "GET /a/{id} 404: is no problem body",
            "PUT /a/{id}: the operationId `one` is taken",
            "PUT /a/{id}: the tag \"a\" is not declared",
            "PUT /a/{id}: the parameter `other` is not in the path",
            "PUT /a/{id}: the parameter `other` is not required",
            "PUT /a/{id}: the parameter `other` has no schema",
            "PUT /a/{id}: the security scheme `bearer` is not declared",
            "PUT /a/{id}: needs a token and does not tell of 401",
            "PUT /a/{id} 200: has no description",
        ] {
            let expected = expected.replace("/paths/~", "/paths//a/{id}/put");
            assert!(
                faults.contains(&expected),
                "{expected} is not among {faults:#?}"
            );
        }
    }
}
