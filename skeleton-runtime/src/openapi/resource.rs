//! The operations of a resource.

use utoipa::openapi::path::{
    HttpMethod, Operation as ApiOperation, OperationBuilder, Parameter, ParameterBuilder,
    ParameterIn,
};
use utoipa::openapi::schema::SchemaFormat;
use utoipa::openapi::{
    Header, HeaderBuilder, ObjectBuilder, RefOr, Required, Response, ResponseBuilder, Schema, Type,
};

use crate::auth::Rule;
use crate::error::Code;
use crate::resource::{Column, Kept, Meta, OnDelete, Operation};

use super::column::{View, column_schema};
use super::operation::{self, Endpoint, JSON, answer};
use super::problem::{ALWAYS, BODY, Problems};
use super::{list, names, schema};

/// RFC 7396, section 4.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// What an `Idempotency-Key` can be answered with.
const ONCE: [Code; 2] = [Code::IdempotencyMismatch, Code::InProgress];

/// A resource with the rules that hold, by [`Operation`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) meta: &'static Meta,
    pub(super) rules: [Rule; 8],
}

impl Entry {
    /// The operations that have a route; `all` are the resources of the service, for what they say of each other.
    pub(super) fn endpoints(self, all: &[Self], problems: &mut Problems) -> Vec<Endpoint> {
        let endpoint = |operation| self.endpoint(operation, all, problems);
        self.meta.routed().map(endpoint).collect()
    }

    fn endpoint(self, operation: Operation, all: &[Self], problems: &mut Problems) -> Endpoint {
        let meta = self.meta;
        let rule = self.rules[operation as usize];
        let mut built = build(meta, operation);
        operation::tell_rule(&mut built, rule);
        let mut codes = operation::refusals(rule).to_vec();
        codes.extend(ALWAYS);
        codes.extend(codes_of(meta, operation, all));
        let changes = matches!(operation, Operation::Update | Operation::Delete);
        codes.extend((changes && meta.table == ACCOUNTS).then_some(Code::LastOwner));
        problems.declare(&mut built, &codes);
        let (path, method) = route(meta, operation);
        Endpoint {
            path,
            method,
            operation: built,
        }
    }

    /// The component schemas that the operations refer to.
    ///
    /// `all` are the resources of the service: a row of one of them is embedded by name.
    pub(super) fn schemas(self, all: &[Self]) -> Vec<(String, RefOr<Schema>)> {
        let meta = self.meta;
        let is_declared =
            |meta: &'static Meta| all.iter().any(|entry| std::ptr::eq(entry.meta, meta));
        let [row, new, changes, replacement, page, bulk, bulk_answer] = names::schema_names(meta);
        let mut schemas = vec![(row, schema::embedding_schema(meta, is_declared))];
        for operation in meta.routed() {
            match operation {
                Operation::List => schemas.push((page.clone(), schema::page_schema(meta))),
                Operation::Create => schemas.push((new.clone(), schema::new_schema(meta))),
                Operation::Update => schemas.push((changes.clone(), schema::changes_schema(meta))),
                Operation::Replace => {
                    schemas.push((replacement.clone(), schema::replace_schema(meta)));
                }
                Operation::Bulk => schemas.extend([
                    (new.clone(), schema::new_schema(meta)),
                    (bulk.clone(), schema::bulk_schema(meta)),
                    (bulk_answer.clone(), schema::bulk_answer_schema(meta)),
                ]),
                Operation::Get | Operation::Delete | Operation::Restore => {}
            }
        }
        schemas
    }
}

/// The parameter that names a row of `meta`.
pub(super) fn id_parameter(meta: &Meta, name: &str) -> Parameter {
    let description = format!("Which of the {}.", names::words(&names::plural(meta)));
    operation::path_parameter(
        name,
        Some(description),
        column_schema(meta.id_column(), View::Parameter),
    )
}

fn route(meta: &Meta, operation: Operation) -> (String, HttpMethod) {
    let row = || format!("{}/{{id}}", meta.path);
    match operation {
        Operation::Bulk => (format!("{}/bulk", meta.path), HttpMethod::Post),
        Operation::Restore => (format!("{}/restore", row()), HttpMethod::Post),
        Operation::List => (meta.path.to_owned(), HttpMethod::Get),
        Operation::Create => (meta.path.to_owned(), HttpMethod::Post),
        Operation::Get => (row(), HttpMethod::Get),
        Operation::Update => (row(), HttpMethod::Patch),
        Operation::Replace => (row(), HttpMethod::Put),
        Operation::Delete => (row(), HttpMethod::Delete),
    }
}

/// The operation with its id, tag and summary.
fn introduce(meta: &Meta, operation: Operation) -> OperationBuilder {
    let (one, many) = (names::singular(meta), names::plural(meta));
    let verb = match operation {
        Operation::List => {
            let summary = format!("Lists {}", names::words(&many));
            return operation::operation(format!("list_{many}"), &many, summary);
        }
        Operation::Bulk => {
            let summary = format!("Creates many {}", names::words(&many));
            return operation::operation(format!("create_many_{many}"), &many, summary);
        }
        Operation::Get => "Reads",
        Operation::Create => "Creates",
        Operation::Update => "Changes",
        Operation::Replace => "Replaces",
        Operation::Delete => "Deletes",
        Operation::Restore => "Restores",
    };
    let summary = format!("{verb} one {}", names::words(&one));
    operation::operation(format!("{}_{one}", operation.name()), &many, summary)
}

/// The operation but for its rule and its problems.
fn build(meta: &'static Meta, operation: Operation) -> ApiOperation {
    let [row, new, changes, replacement, page, bulk, bulk_answer] = names::schema_names(meta);
    let builder = introduce(meta, operation);
    let id = || id_parameter(meta, "id");
    let built = match operation {
        Operation::List => {
            let page = answer("The page.", &page).header("Link", link()).build();
            builder
                .parameters(Some(list::parameters(meta)))
                .response("200", page)
        }
        Operation::Get => builder
            .parameter(id())
            .parameters(Some(
                [list::fields(meta)].into_iter().chain(list::include(meta)),
            ))
            .parameter(condition(
                "If-None-Match",
                "The tags that the client has: 304 if the row's is among them.",
            ))
            .response("200", answer("The row.", &row).header("ETag", tag()))
            .response("304", Response::new("The client has the row as it is.")),
        Operation::Create => {
            let made = answer("The row that was made.", &row)
                .header("Location", location())
                .header("ETag", tag())
                .build();
            builder
                .parameter(idempotency_key())
                .request_body(Some(operation::body(&new, &[JSON])))
                .response("201", made)
        }
        Operation::Bulk => builder
            .parameter(idempotency_key())
            .request_body(Some(operation::body(&bulk, &[JSON])))
            .response("201", answer("The rows that were made.", &bulk_answer)),
        Operation::Restore => builder
            .parameter(id())
            .parameter(idempotency_key())
            .response(
                "200",
                answer("The row, which is there again.", &row).header("ETag", tag()),
            ),
        Operation::Update => builder
            .parameter(id())
            .parameter(if_match())
            .parameter(idempotency_key())
            .request_body(Some(operation::body(&changes, &[JSON, MERGE_PATCH])))
            .response("200", changed(&row)),
        Operation::Replace => builder
            .parameter(id())
            .parameter(if_match())
            .request_body(Some(operation::body(&replacement, &[JSON])))
            .response("200", changed(&row)),
        Operation::Delete => builder
            .parameter(id())
            .parameter(if_match())
            .response("204", Response::new("The row is gone.")),
    };
    built.build()
}

fn changed(row: &str) -> ResponseBuilder {
    answer("The row as it is now.", row).header("ETag", tag())
}

fn tag() -> Header {
    header(
        "The strong tag of the row, which changes with every change of it.",
        ObjectBuilder::new().schema_type(Type::String),
    )
}

fn if_match() -> Parameter {
    condition("If-Match", "The tag that the row must have, else 412.")
}

fn idempotency_key() -> Parameter {
    let text = "A name for this request, kept for 24 hours: sent again, it gets the first answer, with \
                `idempotency-replayed: true`, and nothing is done twice.";
    let key = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(text))
        .schema(Some(key))
        .build()
}

fn condition(name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn location() -> Header {
    let format = SchemaFormat::Custom("uri-reference".to_owned());
    header(
        "The path of the row.",
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format)),
    )
}

fn link() -> Header {
    header(
        "The next page, as `<…>; rel=\"next\"`, where there is one.",
        ObjectBuilder::new().schema_type(Type::String),
    )
}

fn header(description: &str, schema: ObjectBuilder) -> Header {
    HeaderBuilder::new()
        .schema(Some(schema))
        .description(Some(description))
        .build()
}

/// The table of accounts, whose hooks are the kit's own.
const ACCOUNTS: &str = "users";

/// The problems that follow from what the operation does and from the columns.
fn codes_of(meta: &'static Meta, operation: Operation, all: &[Entry]) -> Vec<Code> {
    let row = [Code::InvalidPath, Code::NotFound];
    // The id is made by the server, so that no two rows ask for one.
    let unique = |column: &&Column| column.unique && column.kept != Some(Kept::Id);
    let conflict_at = |may_write: fn(&Column) -> bool| {
        meta.columns
            .iter()
            .filter(unique)
            .any(may_write)
            .then_some(Code::Conflict)
    };
    let mut codes = vec![Code::InvalidQuery];
    match operation {
        Operation::List => codes.push(Code::InvalidCursor),
        Operation::Get => codes.extend(row),
        Operation::Create | Operation::Bulk => {
            codes.extend(BODY.into_iter().chain(conflict_at(|_| true)));
            codes.extend(ONCE);
        }
        Operation::Update | Operation::Replace => {
            codes.extend(row.into_iter().chain(BODY));
            codes.extend(conflict_at(|column| !column.immutable));
            codes.push(Code::PreconditionFailed);
            codes.extend(ONCE.into_iter().filter(|_| operation == Operation::Update));
        }
        Operation::Restore => {
            codes.extend(row.into_iter().chain(conflict_at(|_| true)).chain(ONCE));
        }
        Operation::Delete => {
            codes.extend(row);
            codes.extend(is_held(meta, all, &mut Vec::new()).then_some(Code::InUse));
            codes.push(Code::PreconditionFailed);
        }
    }
    codes
}

/// Whether a row may be kept from going by a row that refers to it, or to one that would go with it.
fn is_held(meta: &'static Meta, all: &[Entry], seen: &mut Vec<&'static str>) -> bool {
    if seen.contains(&meta.table) {
        return false;
    }
    seen.push(meta.table);
    let referrers = all
        .iter()
        .flat_map(|entry| entry.meta.columns.iter().map(|column| (entry.meta, column)));
    referrers
        .into_iter()
        .any(|(referrer, column)| match column.references {
            Some(reference) if (reference.target)().table == meta.table => {
                match reference.on_delete {
                    OnDelete::Restrict => true,
                    OnDelete::Cascade => is_held(referrer, all, seen),
                    OnDelete::SetNull => false,
                }
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::sample::{ADMIN, ARTICLE, CATEGORY, COMMENT, REPORT};

    fn held(meta: &'static Meta, all: &[&'static Meta]) -> bool {
        let entry = |meta: &&'static Meta| Entry {
            meta,
            rules: [ADMIN; 8],
        };
        let entries: Vec<Entry> = all.iter().map(entry).collect();
        is_held(meta, &entries, &mut Vec::new())
    }

    #[test]
    fn a_row_is_held_by_what_refers_to_it_or_to_what_goes_with_it() {
        assert!(held(&CATEGORY, &[&CATEGORY, &ARTICLE]));
        assert!(
            !held(&CATEGORY, &[&CATEGORY]),
            "nothing of this service refers to it"
        );
        assert!(!held(&ARTICLE, &[&ARTICLE, &COMMENT]), "comments go too");
        assert!(held(&COMMENT, &[&COMMENT, &REPORT]));
        assert!(
            held(&ARTICLE, &[&ARTICLE, &COMMENT, &REPORT]),
            "a reported comment stays, and so its article"
        );
    }
}
