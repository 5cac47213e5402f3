//! What a service's source files import: `use skeleton_runtime::prelude::*;`

pub use std::process::ExitCode;

pub use axum::extract::State;
pub use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
pub use rust_decimal::Decimal;
pub use serde::{Deserialize, Serialize};
pub use serde_json::Value as JsonValue;
pub use uuid::Uuid;

pub use crate::app::{App, AppState, Seeded, Seeder, User};
pub use crate::auth::{CurrentUser, Role};
pub use crate::db::Db;
pub use crate::error::{Error, Fault, Result};
pub use crate::http::{Json, Path, Query};
pub use crate::resource::{Change, Context, Hooks, Jsonb, Patch, Repository, Resource};
pub use crate::secret::Secret;
pub use crate::{DbEnum, Role, migrations, package, requires_role, resource, routes};

// As modules, so that a service needs no dependency but this one.
pub use crate::{axum, diesel, diesel_async, garde, utoipa};
