//! The operations under `/auth`, and the public keys.

mod schemas;

use serde_json::{Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Ref, RefOr, Required, Response, Schema};

use crate::auth::{Roles, Rule, Term};
use crate::error::Code;

use super::example::{EMAIL, PASSWORD, REFRESH_TOKEN};
use super::operation::{self, Endpoint, JSON, Listed, answer};
use super::problem::{ALWAYS, BODY, Problems};

const TAG: &str = "auth";
const FORM: &str = "application/x-www-form-urlencoded";

/// The tag's name and description.
pub(super) const TAG_DOC: (&str, &str) = (TAG, "Accounts, sessions and tokens.");

const PUBLIC: Rule = Rule(&[Term::Public]);
const ANY_ACCOUNT: Rule = Rule(&[Term::Authenticated]);

/// Which of the operations on accounts the service has.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuthDocs {
    /// Whether anybody may make an account: `POST /auth/register`.
    pub registration: bool,
    /// Whether `POST /auth/token` takes the form too.
    pub form: bool,
    /// Whether the public keys are told: `GET /.well-known/jwks.json`.
    pub jwks: bool,
}

/// An operation before its rule and problems are told.
struct Draft {
    method: HttpMethod,
    path: &'static str,
    rule: Rule,
    builder: OperationBuilder,
    codes: Vec<Code>,
}

impl AuthDocs {
    /// Whatever the settings may switch on.
    pub const ALL: Self = Self {
        registration: true,
        form: true,
        jwks: true,
    };

    pub(super) fn endpoints(self, problems: &mut Problems) -> Vec<Endpoint> {
        let tell = |draft: Draft| draft.endpoint(problems);
        self.drafts().into_iter().map(tell).collect()
    }

    /// The operations, for a list of routes.
    pub fn list(self) -> Vec<Listed> {
        let list = |draft: Draft| Listed {
            path: draft.path.to_owned(),
            id: draft.builder.build().operation_id.unwrap_or_default(),
            method: operation::method_name(&draft.method),
            rule: draft.rule,
        };
        self.drafts().into_iter().map(list).collect()
    }

    fn drafts(self) -> Vec<Draft> {
        let mut drafts = Vec::new();
        drafts.extend(self.registration.then(register));
        drafts.push(self.token());
        drafts.extend(sessions());
        drafts.extend([password(), me(), setup()]);
        drafts.extend(self.jwks.then(jwks));
        drafts
    }

    /// The component schemas; `roles` are those of the application, as far as they are known.
    pub(super) fn schemas(
        self,
        roles: Option<&'static Roles>,
    ) -> Vec<(&'static str, RefOr<Schema>)> {
        let mut all = vec![
            ("AuthAccount", schemas::account(roles)),
            ("AuthCredentials", schemas::credentials()),
            ("AuthPasswordChange", schemas::password_change()),
            ("AuthRefreshToken", schemas::refresh_token()),
            ("AuthSession", schemas::session()),
            ("AuthSessionList", schemas::session_list()),
            ("AuthSetup", schemas::setup()),
            ("TokenResponse", schemas::tokens()),
        ];
        if self.registration {
            all.push(("AuthRegistration", schemas::registration()));
        }
        if self.form {
            all.push(("AuthGrant", schemas::grant()));
        }
        if self.jwks {
            all.push(("JwkSet", schemas::jwk_set()));
        }
        all
    }

    fn token(self) -> Draft {
        let summary = "Logs in";
        let content = |schema, example| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema)));
            content.example(Some(example)).build()
        };
        let json = content("AuthCredentials", credentials());
        let login = json!({ "grant_type": "password", "username": EMAIL, "password": PASSWORD });
        let form = content("AuthGrant", login);
        let mut body = RequestBodyBuilder::new()
            .required(Some(Required::True))
            .content(JSON, json);
        let mut draft = draft(HttpMethod::Post, "/auth/token", "create_token", summary)
            .gives("200", answer("The tokens.", "TokenResponse").build())
            .fails(&[Code::InvalidCredentials, Code::TooManyRequests]);
        if self.form {
            body = body.content(FORM, form);
            draft = draft.fails(&[Code::UnsupportedGrantType, Code::InvalidRefreshToken]);
        }
        draft.builder = draft.builder.request_body(Some(body.build()));
        draft.fails(&BODY)
    }
}

impl Draft {
    fn takes(mut self, schema: &str, example: &Value) -> Self {
        let body = operation::body(schema, &[JSON], Some(example));
        self.builder = self.builder.request_body(Some(body));
        self.fails(&BODY)
    }

    fn gives(mut self, status: &str, response: Response) -> Self {
        self.builder = self.builder.response(status, response);
        self
    }

    fn fails(mut self, codes: &[Code]) -> Self {
        self.codes.extend(codes);
        self
    }

    fn only_for(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    fn with_id(mut self, whose: &str) -> Self {
        let id = schemas::id();
        let id = operation::path_parameter("id", Some(whose.to_owned()), id);
        self.builder = self.builder.parameter(id);
        self.fails(&[Code::InvalidPath, Code::NotFound])
    }

    fn endpoint(self, problems: &mut Problems) -> Endpoint {
        let mut operation: Operation = self.builder.build();
        operation::tell_rule(&mut operation, self.rule);
        let refusals = operation::refusals(self.rule);
        let codes = [ALWAYS.as_slice(), refusals, &self.codes].concat();
        problems.declare(&mut operation, &codes);
        Endpoint {
            path: self.path.to_owned(),
            method: self.method,
            operation,
        }
    }
}

fn draft(method: HttpMethod, path: &'static str, id: &str, summary: &str) -> Draft {
    Draft {
        method,
        path,
        rule: PUBLIC,
        builder: operation::operation(id.to_owned(), TAG, summary.to_owned()),
        codes: Vec::new(),
    }
}

fn credentials() -> Value {
    json!({ "email": EMAIL, "password": PASSWORD })
}

fn refresh_token() -> Value {
    json!({ "refresh_token": REFRESH_TOKEN })
}

fn register() -> Draft {
    draft(
        HttpMethod::Post,
        "/auth/register",
        "register",
        "Makes an account",
    )
    .takes("AuthRegistration", &credentials())
    .gives(
        "201",
        answer("The account that was made.", "AuthAccount").build(),
    )
    .fails(&[Code::Conflict, Code::TooManyRequests])
}

fn sessions() -> [Draft; 5] {
    let tokens = answer(
        "New tokens; the old refresh token is spent.",
        "TokenResponse",
    );
    let list = answer(
        "The last used first, a thousand at most.",
        "AuthSessionList",
    );
    let path = "/auth/sessions";
    [
        draft(
            HttpMethod::Post,
            "/auth/refresh",
            "refresh_token",
            "Spends a refresh token for new tokens",
        )
        .takes("AuthRefreshToken", &refresh_token())
        .gives("200", tokens.build())
        .fails(&[Code::InvalidRefreshToken, Code::TooManyRequests]),
        draft(
            HttpMethod::Post,
            "/auth/logout",
            "log_out",
            "Ends the session of a refresh token",
        )
        .takes("AuthRefreshToken", &refresh_token())
        .gives("204", Response::new("There is no such session any more.")),
        draft(
            HttpMethod::Get,
            path,
            "list_sessions",
            "Lists one's own sessions",
        )
        .only_for(ANY_ACCOUNT)
        .gives("200", list.build()),
        draft(
            HttpMethod::Delete,
            path,
            "end_sessions",
            "Ends all of one's own sessions",
        )
        .only_for(ANY_ACCOUNT)
        .gives("204", Response::new("They have ended.")),
        draft(
            HttpMethod::Delete,
            "/auth/sessions/{id}",
            "end_session",
            "Ends one of one's own sessions",
        )
        .only_for(ANY_ACCOUNT)
        .with_id("The session.")
        .gives("204", Response::new("It has ended.")),
    ]
}

fn password() -> Draft {
    let summary = "Sets a new password, and ends all sessions";
    draft(
        HttpMethod::Post,
        "/auth/password",
        "change_password",
        summary,
    )
    .only_for(ANY_ACCOUNT)
    .takes(
        "AuthPasswordChange",
        &json!({ "current_password": PASSWORD, "new_password": "staple a new one" }),
    )
    .gives("204", Response::new("The password is the new one."))
    .fails(&[Code::InvalidCredentials, Code::TooManyRequests])
}

fn me() -> Draft {
    draft(
        HttpMethod::Get,
        "/auth/me",
        "get_me",
        "Reads one's own account",
    )
    .only_for(ANY_ACCOUNT)
    .gives(
        "200",
        answer("The account of the token.", "AuthAccount").build(),
    )
}

fn setup() -> Draft {
    let summary = "Makes the first account of the highest role";
    draft(HttpMethod::Post, "/auth/setup", "set_up", summary)
        .takes(
            "AuthSetup",
            &json!({ "token": REFRESH_TOKEN, "email": EMAIL, "password": PASSWORD }),
        )
        .gives(
            "201",
            answer("The account that was made.", "AuthAccount").build(),
        )
        .fails(&[
            Code::InvalidCredentials,
            Code::Conflict,
            Code::TooManyRequests,
        ])
}

fn jwks() -> Draft {
    let summary = "Tells the public keys of the access tokens";
    draft(
        HttpMethod::Get,
        "/.well-known/jwks.json",
        "get_jwks",
        summary,
    )
    .gives("200", answer("A JWK set (RFC 7517).", "JwkSet").build())
}
