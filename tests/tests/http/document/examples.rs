//! Every example fits its schema.

use serde_json::Value;

use super::Document;
use crate::common::on_both;

/// A schema and an example of it, with the place in the document.
type Found<'a> = (String, &'a Value, &'a Value);

/// Everything that has a schema beside its examples, and schemas that have examples in them.
fn find<'a>(place: &str, value: &'a Value, found: &mut Vec<Found<'a>>) {
    match value {
        Value::Object(members) => {
            if let Some(schema) = members.get("schema") {
                let named = members.get("examples").and_then(Value::as_object);
                let named = named.into_iter().flatten();
                let named = named.map(|(_, example)| &example["value"]);
                for example in named.chain(members.get("example")) {
                    found.push((place.to_owned(), schema, example));
                }
            }
            for example in members
                .get("examples")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                found.push((place.to_owned(), value, example));
            }
            for (name, member) in members.iter().filter(|(name, _)| *name != "example") {
                find(&format!("{place}/{name}"), member, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find(&format!("{place}/{index}"), item, found);
            }
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_fits_its_schema() {
    on_both(async |app| {
        let document = Document::of(app).await;
        let mut found = Vec::new();
        find("", &document.0, &mut found);
        assert!(found.len() > 300, "{} examples", found.len());
        for (place, schema, example) in found {
            let faults = document.faults(schema, example);
            assert_eq!(faults, Vec::<String>::new(), "{place}: {example}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_has_an_example() {
    on_both(async |app| {
        let document = Document::of(app).await;
        for operation in document.operations() {
            let place = format!("{} {}", operation.method, operation.path);
            let parameters = operation.told["parameters"].as_array();
            for parameter in parameters.into_iter().flatten() {
                let schema = &parameter["schema"];
                assert!(
                    schema["examples"].is_array() || schema["enum"].is_array(),
                    "{place}: {parameter}"
                );
                assert!(parameter["description"].is_string(), "{place}: {parameter}");
            }
            let content = operation.told["requestBody"]["content"].as_object();
            for (media_type, content) in content.into_iter().flatten() {
                assert!(content["example"].is_object(), "{place}: {media_type}");
            }
            let codes = document.codes(&operation).len();
            let responses = operation.told["responses"].as_object().unwrap().values();
            let examples = responses.filter_map(|response| {
                let content = &document.resolve(response)["content"];
                content["application/problem+json"]["examples"].as_object()
            });
            assert_eq!(
                examples.map(serde_json::Map::len).sum::<usize>(),
                codes,
                "{place}"
            );
        }
    })
    .await;
}
