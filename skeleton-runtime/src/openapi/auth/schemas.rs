//! The schemas of accounts, sessions and tokens.

use utoipa::openapi::schema::{AdditionalProperties, SchemaFormat, SchemaType};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type};

use crate::auth::Roles;

pub(super) fn registration() -> RefOr<Schema> {
    let email = text(
        "Compared without regard to case and to space around it.",
        Some("email"),
    )
    .max_length(Some(254));
    let password = new_password();
    with_credentials("The body of `POST /auth/register`.", email, password)
}

fn new_password() -> ObjectBuilder {
    text(
        "Taken exactly as sent; the commonest ones are refused.",
        Some("password"),
    )
    .min_length(Some(8))
    .max_length(Some(128))
    .write_only(true)
}

pub(super) fn credentials() -> RefOr<Schema> {
    // Whatever was typed may be tried: the rules are those of registration.
    let email = text(
        "Compared without regard to case and to space around it.",
        None,
    );
    let password = text("As it was sent at registration.", Some("password")).write_only(true);
    with_credentials("The body of `POST /auth/token`.", email, password)
}

fn with_credentials(
    description: &str,
    email: ObjectBuilder,
    password: ObjectBuilder,
) -> RefOr<Schema> {
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

pub(super) fn account(roles: Option<&'static Roles>) -> RefOr<Schema> {
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

pub(super) fn tokens() -> RefOr<Schema> {
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
        .property(
            "refresh_token",
            text("For `POST /auth/refresh`, once.", None),
        )
        .required("refresh_token")
        .into()
}

pub(super) fn setup() -> RefOr<Schema> {
    let token = text(
        "As the log of the service's start has it, while there is no account of the highest role.",
        Some("password"),
    );
    let email = text(
        "Compared without regard to case and to space around it.",
        Some("email"),
    );
    object("The body of `POST /auth/setup`.")
        .property("token", token.write_only(true))
        .required("token")
        .property("email", email.max_length(Some(254)))
        .required("email")
        .property("password", new_password())
        .required("password")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

pub(super) fn refresh_token() -> RefOr<Schema> {
    object("The body of `POST /auth/refresh` and `POST /auth/logout`.")
        .property(
            "refresh_token",
            text("As the last login or refresh gave it.", Some("password")).write_only(true),
        )
        .required("refresh_token")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

pub(super) fn password_change() -> RefOr<Schema> {
    let current = text("The password as it is.", Some("password")).write_only(true);
    object("The body of `POST /auth/password`.")
        .property("current_password", current)
        .required("current_password")
        .property("new_password", new_password())
        .required("new_password")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

pub(super) fn grant() -> RefOr<Schema> {
    let types = ["password", "refresh_token"];
    object("The form of `POST /auth/token`: `username` and `password`, or `refresh_token`, as the type asks.")
        .property(
            "grant_type",
            text("What is given for tokens.", None).enum_values(Some(types)),
        )
        .required("grant_type")
        .property("username", text("The e-mail of the account.", None))
        .property(
            "password",
            text("As it was sent at registration.", Some("password")).write_only(true),
        )
        .property(
            "refresh_token",
            text("As the last login or refresh gave it.", Some("password")).write_only(true),
        )
        .into()
}

pub(super) fn session() -> RefOr<Schema> {
    let time = |description| text(description, Some("date-time"));
    let maybe = |description| {
        text(description, None).schema_type(SchemaType::from_iter([Type::String, Type::Null]))
    };
    let current = ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .description(Some("Whether it is the one that asks."));
    object("A login with all tokens that descend from it.")
        .property("id", text("The claim `sid` of its tokens.", Some("uuid")))
        .required("id")
        .property("created_at", time("When it began."))
        .required("created_at")
        .property("last_used_at", time("When it was last refreshed."))
        .required("last_used_at")
        .property("expires_at", time("When it ends at the latest."))
        .required("expires_at")
        .property("address", maybe("Where it was last refreshed from."))
        .required("address")
        .property("user_agent", maybe("What it was last refreshed with."))
        .required("user_agent")
        .property("current", current)
        .required("current")
        .into()
}

pub(super) fn session_list() -> RefOr<Schema> {
    object("One's own sessions.")
        .property(
            "items",
            ArrayBuilder::new().items(Ref::from_schema_name("AuthSession")),
        )
        .required("items")
        .into()
}

pub(super) fn jwk_set() -> RefOr<Schema> {
    let key = object("A public key.")
        .property("kty", text("`OKP` or `RSA`.", None))
        .required("kty")
        .property(
            "kid",
            text("Its thumbprint, as in the header of tokens.", None),
        )
        .required("kid")
        .property("alg", text("The one algorithm that it is for.", None))
        .required("alg")
        .property("use", text("`sig`.", None))
        .required("use");
    object("Public keys.")
        .property("keys", ArrayBuilder::new().items(key))
        .required("keys")
        .into()
}

/// The schema of an id in the path.
pub(super) fn id() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("uuid".to_owned())))
        .into()
}

fn object(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
}

fn text(description: &str, format: Option<&str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(format.map(|format| SchemaFormat::Custom(format.to_owned())))
        .description(Some(description))
}
