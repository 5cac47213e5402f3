//! The document as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::security::{
    Flow, HttpAuthScheme, HttpBuilder, OAuth2, Password, Scopes, SecurityScheme,
};
use utoipa::openapi::server::Server;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, HeaderBuilder, Info, InfoBuilder, ObjectBuilder, OpenApi, Paths, RefOr, Schema,
    Tag, Type,
};

use crate::auth::{RoleRef, Roles, Rule};
use crate::resource::Meta;

use super::accounts;
use super::auth::{self, AuthDocs};
use super::handler::Handler;
use super::operation::{self, Endpoint, PASSWORD_SCHEME, SECURITY_SCHEME};
use super::problem::{self, Problems};
use super::resource::Entry;
use super::service::{self, ServiceDocs};
use super::{example, names};

const CONVENTIONS: &str = "\
Bodies are JSON in UTF-8; errors are `application/problem+json` (RFC 9457), with a stable `code`. Every answer has \
`x-request-id`. Timestamps are RFC 3339 in UTC, decimals are strings.\n\n\
HEAD is answered wherever GET is. A method that a path does not know is a 405 with `Allow`, a path that is not here \
a 404, both with a problem body.";

/// Collects what the service has, and writes the document.
///
/// ```
/// use skeleton_runtime::openapi::{AuthDocs, Document};
///
/// let document = Document::new("newsroom", "0.1.0").auth(&AuthDocs { registration: true, ..AuthDocs::default() }).finish();
/// assert!(document.paths.get_path_item("/auth/me").is_some());
/// ```
#[must_use = "the document is written by `finish`"]
pub struct Document {
    info: Info,
    resources: Vec<Entry>,
    handlers: Vec<Handler>,
    schemas: BTreeMap<String, RefOr<Schema>>,
    auth: Option<AuthDocs>,
    service: Option<ServiceDocs>,
    server: Option<String>,
    has_password_flow: bool,
}

impl Document {
    /// A document of a service with this name and version, and nothing else yet.
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        let info = InfoBuilder::new()
            .title(title)
            .version(version)
            .description(Some(CONVENTIONS))
            .build();
        Self {
            info,
            resources: Vec::new(),
            handlers: Vec::new(),
            schemas: BTreeMap::new(),
            auth: None,
            service: None,
            server: None,
            has_password_flow: false,
        }
    }

    /// Adds a resource; `rules` are those that hold, by [`Operation`](crate::resource::Operation).
    pub fn resource(mut self, meta: &'static Meta, rules: [Rule; 8]) -> Self {
        self.resources.push(Entry { meta, rules });
        self
    }

    /// Adds a handler written by hand, as `utoipa::Path` describes it, and the schemas that it refers to.
    ///
    /// What the description leaves out is added: the rule, parameters of the path, the tag of the resource whose path
    /// this one continues, and the problems that the kit itself answers with. A schema that has the name of a
    /// resource's is taken to be that one.
    pub fn operation(
        mut self,
        path: impl Into<String>,
        method: HttpMethod,
        operation: Operation,
        rule: Rule,
        schemas: Vec<(String, RefOr<Schema>)>,
    ) -> Self {
        self.handlers.push(Handler {
            path: path.into(),
            method,
            operation,
            rule,
        });
        self.schemas.extend(schemas);
        self
    }

    /// Adds the operations under `/auth`.
    pub fn auth(mut self, docs: &AuthDocs) -> Self {
        self.auth = Some(*docs);
        self
    }

    /// Adds `/openapi.json`, and what else the service tells of itself.
    pub fn service(mut self, docs: &ServiceDocs) -> Self {
        self.service = Some(*docs);
        self
    }

    /// Names the address of the service; without one it is that of the document.
    pub fn server(mut self, url: Option<&str>) -> Self {
        self.server = url.map(str::to_owned);
        self
    }

    /// Tells that `/auth/token` takes the form of OAuth 2, so that pages and clients can log in.
    pub fn password_flow(mut self, is_there: bool) -> Self {
        self.has_password_flow = is_there;
        self
    }

    /// Writes the document.
    pub fn finish(mut self) -> OpenApi {
        let mut problems = Problems::default();
        let (schemas, mut tags) = (self.take_schemas(), self.tags());
        let mut endpoints = self.endpoints(&mut problems);
        let mut components = Components::new();
        components.schemas = schemas;
        components.responses = problems.into_responses();
        for response in components.responses.values_mut() {
            if let RefOr::T(response) = response {
                operation::add_request_id(response);
            }
        }
        components
            .headers
            .insert("RequestId".to_owned(), request_id().into());
        components.add_security_scheme(SECURITY_SCHEME, security_scheme());
        if self.has_password_flow {
            let scheme = password_scheme(self.server.as_deref().unwrap_or_default());
            components.add_security_scheme(PASSWORD_SCHEME, scheme);
            endpoints.iter_mut().for_each(operation::allow_password);
        }
        let paths = paths(endpoints, &mut tags);
        let mut document = OpenApi::new(self.info, paths);
        document.servers = self.server.map(|url| vec![Server::new(url)]);
        document.components = Some(components);
        document.tags = Some(tags);
        document
    }

    fn endpoints(&mut self, problems: &mut Problems) -> Vec<Endpoint> {
        let mut endpoints = Vec::new();
        for entry in &self.resources {
            let mut of_resource = entry.endpoints(&self.resources, problems);
            if let Some(roles) = self.roles_of(entry) {
                for endpoint in &mut of_resource {
                    accounts::tell_roles(&mut endpoint.operation, roles);
                }
            }
            endpoints.extend(of_resource);
        }
        for handler in std::mem::take(&mut self.handlers) {
            endpoints.push(handler.endpoint(&self.resources, problems));
        }
        endpoints.extend(
            self.auth
                .map(|docs| docs.endpoints(problems))
                .unwrap_or_default(),
        );
        endpoints.extend(self.service.map(ServiceDocs::endpoints).unwrap_or_default());
        endpoints
    }

    /// All component schemas; the kit's and those of resources come before those of handlers of the same name.
    fn take_schemas(&mut self) -> BTreeMap<String, RefOr<Schema>> {
        let mut schemas = std::mem::take(&mut self.schemas);
        for entry in &self.resources {
            let mut of_resource = entry.schemas(&self.resources);
            if let Some(roles) = self.roles_of(entry) {
                accounts::tell_roles_in_schemas(&mut of_resource, roles);
            }
            schemas.extend(of_resource);
        }
        let auth = self
            .auth
            .map(|docs| docs.schemas(self.roles()))
            .unwrap_or_default();
        let health = self.service.filter(|docs| docs.health);
        let health = health.into_iter().flat_map(|_| service::schemas());
        let own = problem::schemas().into_iter().chain(auth).chain(health);
        schemas.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
        schemas
    }

    /// The roles of the application, if any rule names one.
    fn roles(&self) -> Option<&'static Roles> {
        let of_resources = self.resources.iter().flat_map(|entry| entry.rules);
        let of_handlers = self.handlers.iter().map(|handler| handler.rule);
        of_resources
            .chain(of_handlers)
            .flat_map(Rule::roles)
            .next()
            .map(RoleRef::set)
    }

    /// The roles, for the resource of accounts.
    fn roles_of(&self, entry: &Entry) -> Option<&'static Roles> {
        self.roles().filter(|_| entry.meta.table == accounts::TABLE)
    }

    /// A tag for each resource, then those of the kit.
    fn tags(&self) -> Vec<Tag> {
        let resources = self
            .resources
            .iter()
            .map(|entry| tag(names::plural(entry.meta), entry.meta.doc));
        let auth = self.auth.map(|_| auth::TAG_DOC);
        let service = self.service.map(|_| service::TAG_DOC);
        let own = auth
            .into_iter()
            .chain(service)
            .map(|(name, doc)| tag(name.to_owned(), doc));
        resources.chain(own).collect()
    }
}

/// Names the service and what is in the document; the types of utoipa print nothing.
impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Document")
            .field("title", &self.info.title)
            .field("version", &self.info.version)
            .field(
                "resources",
                &self
                    .resources
                    .iter()
                    .map(|entry| entry.meta.name)
                    .collect::<Vec<_>>(),
            )
            .field(
                "handlers",
                &self
                    .handlers
                    .iter()
                    .map(|handler| &handler.path)
                    .collect::<Vec<_>>(),
            )
            .field("auth", &self.auth)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// The paths. Ids are made unique, in the order of declaration; tags that are new are declared.
fn paths(endpoints: Vec<Endpoint>, tags: &mut Vec<Tag>) -> Paths {
    let mut ids = BTreeSet::new();
    let mut paths = Paths::new();
    for Endpoint {
        path,
        method,
        mut operation,
    } in endpoints
    {
        let id = operation
            .operation_id
            .take()
            .unwrap_or_else(|| names::from_path(&path));
        operation.operation_id = Some(unique(&id, &mut ids));
        operation::complete(&mut operation);
        for name in operation.tags.iter().flatten() {
            if !tags.iter().any(|known| known.name == *name) {
                tags.push(Tag::new(name));
            }
        }
        paths.add_path_operation(path, vec![method], operation);
    }
    paths
}

fn unique(id: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = id.to_owned();
    let mut number = 2_usize;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{id}_{number}");
        number += 1;
    }
    candidate
}

fn tag(name: String, doc: &str) -> Tag {
    let doc = doc.trim();
    TagBuilder::new()
        .name(name)
        .description((!doc.is_empty()).then_some(doc))
        .build()
}

fn request_id() -> utoipa::openapi::Header {
    HeaderBuilder::new()
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some("^[A-Za-z0-9._-]{1,128}$"))
                .examples([example::ID]),
        ))
        .description(Some(
            "Finds the request in the log: the caller's own id where it sent one, else a new one.",
        ))
        .build()
}

fn security_scheme() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An access token, as `POST /auth/token` gives it."))
        .build();
    SecurityScheme::Http(scheme)
}

/// What Swagger's Authorize button asks for: the e-mail as `username`, and the password. `server` is where paths begin,
/// as far as that is known.
fn password_scheme(server: &str) -> SecurityScheme {
    let url = format!("{server}/auth/token");
    let login = Password::with_refresh_url(url.clone(), Scopes::new(), url);
    let description = "The e-mail as `username`, and the password.";
    SecurityScheme::OAuth2(OAuth2::with_description(
        [Flow::Password(login)],
        description,
    ))
}
