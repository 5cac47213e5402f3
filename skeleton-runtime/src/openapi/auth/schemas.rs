//! The schemas of accounts, sessions and tokens.

use utoipa::openapi::schema::{AdditionalProperties, OneOfBuilder, SchemaFormat, SchemaType};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type};

use crate::auth::Roles;
use crate::openapi::example::{EMAIL, ID, PASSWORD, REFRESH_TOKEN, TIME};

/// Cut: a token has no space in it.
const ACCESS_TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln";

pub(super) fn registration() -> RefOr<Schema> {
    let email = text(
        "Compared without regard to case and to space around it.",
        Some("email"),
    )
    .max_length(Some(254))
    .examples([EMAIL]);
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
    .examples([PASSWORD])
    .write_only(true)
}

/// A password or refresh token that is there already.
fn secret(description: &str, example: &str) -> ObjectBuilder {
    text(description, Some("password"))
        .examples([example])
        .write_only(true)
}

pub(super) fn credentials() -> RefOr<Schema> {
    // Whatever was typed may be tried: the rules are those of registration.
    let email = text(
        "Compared without regard to case and to space around it.",
        None,
    )
    .examples([EMAIL]);
    let password = secret("As it was sent at registration.", PASSWORD);
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
        .property(
            "id",
            text("Made by the server.", Some("uuid")).examples([ID]),
        )
        .required("id")
        .property(
            "email",
            text("The address to log in with.", Some("email")).examples([EMAIL]),
        )
        .required("email")
        .property(
            "role",
            text("What the account may do.", None)
                .enum_values(roles.map(|roles| roles.names.to_vec())),
        )
        .required("role")
        .property(
            "created_at",
            text("When the account was made.", Some("date-time")).examples([TIME]),
        )
        .required("created_at")
        .into()
}

pub(super) fn tokens() -> RefOr<Schema> {
    let seconds = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .examples([900]);
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("What a login gives."))
        .property(
            "access_token",
            text("For the header `Authorization: Bearer …`.", None).examples([ACCESS_TOKEN]),
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
            text("For `POST /auth/refresh`, once.", None).examples([REFRESH_TOKEN]),
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
            secret("As the last login or refresh gave it.", REFRESH_TOKEN),
        )
        .required("refresh_token")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

pub(super) fn password_change() -> RefOr<Schema> {
    let current = secret("The password as it is.", PASSWORD);
    object("The body of `POST /auth/password`.")
        .property("current_password", current)
        .required("current_password")
        .property("new_password", new_password())
        .required("new_password")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

pub(super) fn grant() -> RefOr<Schema> {
    let kind = |name: &str| text("What is given for tokens.", None).enum_values(Some([name]));
    let password = object("A login.")
        .property("grant_type", kind("password"))
        .required("grant_type")
        .property(
            "username",
            text("The e-mail of the account.", None).examples([EMAIL]),
        )
        .required("username")
        .property(
            "password",
            secret("As it was sent at registration.", PASSWORD),
        )
        .required("password");
    let refresh = object("New tokens for a refresh token, which is spent.")
        .property("grant_type", kind("refresh_token"))
        .required("grant_type")
        .property(
            "refresh_token",
            secret("As the last login or refresh gave it.", REFRESH_TOKEN),
        )
        .required("refresh_token");
    OneOfBuilder::new()
        .item(password)
        .item(refresh)
        .description(Some("The form of `POST /auth/token`."))
        .into()
}

pub(super) fn session() -> RefOr<Schema> {
    let time = |description| text(description, Some("date-time")).examples([TIME]);
    let maybe = |description, example: &str| {
        text(description, None)
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .examples([example])
    };
    let current = ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .description(Some("Whether it is the one that asks."))
        .examples([true]);
    object("A login with all tokens that descend from it.")
        .property(
            "id",
            text("The claim `sid` of its tokens.", Some("uuid")).examples([ID]),
        )
        .required("id")
        .property("created_at", time("When it began."))
        .required("created_at")
        .property("last_used_at", time("When it was last refreshed."))
        .required("last_used_at")
        .property("expires_at", time("When it ends at the latest."))
        .required("expires_at")
        .property(
            "address",
            maybe("Where it was last refreshed from.", "192.0.2.1"),
        )
        .required("address")
        .property(
            "user_agent",
            maybe("What it was last refreshed with.", "curl/8.17.0"),
        )
        .required("user_agent")
        .property("current", current)
        .required("current")
        .into()
}

pub(super) fn session_list() -> RefOr<Schema> {
    object("One's own sessions.")
        .property(
            "items",
            ArrayBuilder::new()
                .items(Ref::from_schema_name("AuthSession"))
                .max_items(Some(1000)),
        )
        .required("items")
        .into()
}

pub(super) fn jwk_set() -> RefOr<Schema> {
    let key = object("A public key.")
        .property("kty", text("`OKP` or `RSA`.", None).examples(["OKP"]))
        .required("kty")
        .property(
            "kid",
            text("Its thumbprint, as in the header of tokens.", None)
                .examples(["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]),
        )
        .required("kid")
        .property(
            "alg",
            text("The one algorithm that it is for.", None).examples(["EdDSA"]),
        )
        .required("alg")
        .property("use", text("`sig`.", None).examples(["sig"]))
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
        .examples([ID])
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
