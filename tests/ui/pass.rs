//! The programs of `tests/ui/<macro>/pass`, which `tests/tests/ui.rs` holds complete.

#[path = "db_enum/pass/db_enum.rs"]
pub mod db_enum;
#[path = "requires_role/pass/handlers.rs"]
pub mod requires_role_handlers;
#[path = "requires_role/pass/on_structs.rs"]
pub mod requires_role_on_structs;
#[path = "requires_role/pass/own_roles.rs"]
pub mod requires_role_own_roles;
#[path = "resource/pass/every_key.rs"]
pub mod resource_every_key;
#[path = "resource/pass/every_rule.rs"]
pub mod resource_every_rule;
#[path = "resource/pass/every_type.rs"]
pub mod resource_every_type;
#[path = "resource/pass/keys_alone.rs"]
pub mod resource_keys_alone;
#[path = "resource/pass/own_queries.rs"]
pub mod resource_own_queries;
#[path = "resource/pass/plain.rs"]
pub mod resource_plain;
#[path = "resource/pass/relations.rs"]
pub mod resource_relations;
#[path = "role/pass/role.rs"]
pub mod role;
#[path = "routes/pass/routes.rs"]
pub mod routes;
