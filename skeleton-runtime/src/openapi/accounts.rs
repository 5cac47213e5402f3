//! What is known of the resource of accounts beyond its columns: which roles there are.

use serde_json::{Value, json};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{RefOr, Schema};

use crate::auth::Roles;

/// The table of accounts, whose hooks are the kit's own.
pub(super) const TABLE: &str = "users";

const ROLE: &str = "role";

/// Names the roles where one is sent. An answer may have another: that of an account whose role was dropped.
pub(super) fn tell_roles_in_schemas(
    schemas: &mut [(String, RefOr<Schema>)],
    roles: &'static Roles,
) {
    for (name, schema) in schemas {
        if let RefOr::T(Schema::Object(object)) = schema
            && let Some(role) = object.properties.get_mut(ROLE)
        {
            tell(role, roles, name.ends_with("Changes"));
        }
    }
}

/// Gives a role as example in the filters, which take any text, and in a change.
pub(super) fn tell_roles(operation: &mut Operation, roles: &'static Roles) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        if let Some(schema) = &mut parameter.schema
            && (parameter.name == ROLE || parameter.name.starts_with("role__"))
        {
            tell(schema, roles, false);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content
                && let Some(role) = content.example.as_mut().and_then(|body| body.get_mut(ROLE))
            {
                *role = example(roles);
            }
        }
    }
}

fn tell(schema: &mut RefOr<Schema>, roles: &'static Roles, is_closed: bool) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.examples = vec![example(roles)];
            if is_closed {
                object.enum_values = Some(roles.names.iter().map(|name| json!(name)).collect());
            }
        }
        RefOr::T(Schema::Array(array)) => {
            array.examples = vec![Value::from(vec![example(roles)])];
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                tell(items, roles, is_closed);
            }
        }
        _ => {}
    }
}

fn example(roles: &'static Roles) -> Value {
    json!(roles.default_role().name())
}
