//! The operations under `/auth`.

use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::schema::{AdditionalProperties, SchemaFormat};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

use crate::auth::{Roles, Rule, Term};
use crate::error::Code;

use super::operation::{self, Endpoint, JSON, answer};
use super::problem::{ALWAYS, BODY, Problems};

const TAG: &str = "auth";

/// The tag's name and description.
pub(super) const TAG_DOC: (&str, &str) = (TAG, "Accounts and tokens.");

/// Which of the operations under `/auth` the service has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthDocs {
    /// Whether anybody may make an account: `POST /auth/register`.
    pub registration: bool,
}

impl AuthDocs {
    pub(super) fn endpoints(self, problems: &mut Problems) -> Vec<Endpoint> {
        let registration = self.registration.then(|| register(problems));
        registration
            .into_iter()
            .chain([token(problems), me(problems)])
            .collect()
    }

    /// The component schemas; `roles` are those of the application, as far as they are known.
    pub(super) fn schemas(
        self,
        roles: Option<&'static Roles>,
    ) -> Vec<(&'static str, RefOr<Schema>)> {
        let registration = self
            .registration
            .then(|| ("AuthRegistration", registration_schema()));
        let always = [
            ("AuthAccount", account_schema(roles)),
            ("AuthCredentials", credentials_schema()),
            ("TokenResponse", token_schema()),
        ];
        registration.into_iter().chain(always).collect()
    }
}

fn register(problems: &mut Problems) -> Endpoint {
    let operation = operation::operation("register".to_owned(), TAG, "Makes an account".to_owned())
        .request_body(Some(operation::body("AuthRegistration", &[JSON])))
        .response("201", answer("The account that was made.", "AuthAccount"))
        .build();
    let codes = [ALWAYS.as_slice(), &BODY, &[Code::Conflict]].concat();
    endpoint(
        "/auth/register",
        HttpMethod::Post,
        operation,
        Rule(&[Term::Public]),
        &codes,
        problems,
    )
}

fn token(problems: &mut Problems) -> Endpoint {
    let operation = operation::operation("create_token".to_owned(), TAG, "Logs in".to_owned())
        .request_body(Some(operation::body("AuthCredentials", &[JSON])))
        .response("200", answer("The token.", "TokenResponse"))
        .build();
    let codes = [ALWAYS.as_slice(), &BODY, &[Code::InvalidCredentials]].concat();
    endpoint(
        "/auth/token",
        HttpMethod::Post,
        operation,
        Rule(&[Term::Public]),
        &codes,
        problems,
    )
}

fn me(problems: &mut Problems) -> Endpoint {
    const RULE: Rule = Rule(&[Term::Authenticated]);
    let operation = operation::operation(
        "get_me".to_owned(),
        TAG,
        "Reads one's own account".to_owned(),
    )
    .response("200", answer("The account of the token.", "AuthAccount"))
    .build();
    let codes = [ALWAYS.as_slice(), operation::refusals(RULE)].concat();
    endpoint(
        "/auth/me",
        HttpMethod::Get,
        operation,
        RULE,
        &codes,
        problems,
    )
}

fn endpoint(
    path: &str,
    method: HttpMethod,
    mut operation: Operation,
    rule: Rule,
    codes: &[Code],
    problems: &mut Problems,
) -> Endpoint {
    operation::tell_rule(&mut operation, rule);
    problems.declare(&mut operation, codes);
    Endpoint {
        path: path.to_owned(),
        method,
        operation,
    }
}

fn registration_schema() -> RefOr<Schema> {
    let email = text(
        "Compared without regard to case and to space around it.",
        Some("email"),
    )
    .max_length(Some(254));
    let password = text(
        "Taken exactly as sent; the commonest ones are refused.",
        Some("password"),
    )
    .min_length(Some(8))
    .max_length(Some(128))
    .write_only(true);
    credentials("The body of `POST /auth/register`.", email, password)
}

fn credentials_schema() -> RefOr<Schema> {
    // Whatever was typed may be tried: the rules are those of registration.
    let email = text(
        "Compared without regard to case and to space around it.",
        None,
    );
    let password = text("As it was sent at registration.", Some("password")).write_only(true);
    credentials("The body of `POST /auth/token`.", email, password)
}

fn credentials(description: &str, email: ObjectBuilder, password: ObjectBuilder) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .property("email", email)
        .required("email")
        .property("password", password)
        .required("password")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

fn account_schema(roles: Option<&'static Roles>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("An account."))
        .property("id", text("Made by the server.", Some("uuid")))
        .required("id")
        .property("email", text("The address to log in with.", Some("email")))
        .required("email")
        .property(
            "role",
            text("What the account may do.", None)
                .enum_values(roles.map(|roles| roles.names.to_vec())),
        )
        .required("role")
        .property(
            "created_at",
            text("When the account was made.", Some("date-time")),
        )
        .required("created_at")
        .into()
}

fn token_schema() -> RefOr<Schema> {
    let seconds = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("What a login gives."))
        .property(
            "access_token",
            text("For the header `Authorization: Bearer …`.", None),
        )
        .required("access_token")
        .property(
            "token_type",
            text("How the token is sent.", None).enum_values(Some(["Bearer"])),
        )
        .required("token_type")
        .property(
            "expires_in",
            seconds.description(Some("Seconds for which the access token holds.")),
        )
        .required("expires_in")
        .into()
}

fn text(description: &str, format: Option<&str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(format.map(|format| SchemaFormat::Custom(format.to_owned())))
        .description(Some(description))
}
