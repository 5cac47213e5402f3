//! The kit's own tables. Their migrations are generated, as an application's are.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::resource::{Check, Column, Kept, LengthUnit, Meta, OnDelete, Resource as _};
use crate::schema::Declared;

use super::User;

/// Logins. A session is also the family of all refresh tokens that descend from one login, and ends with it.
static SESSIONS: Meta = table(
    "auth_sessions",
    &[
        Column::of::<Uuid>("id").kept(Kept::Id),
        Column::of::<Uuid>("user_id").references(User::meta, OnDelete::Cascade),
        Column::of::<DateTime<Utc>>("created_at"),
        Column::of::<DateTime<Utc>>("last_used_at"),
        Column::of::<DateTime<Utc>>("expires_at").index(),
        Column::of::<Option<DateTime<Utc>>>("revoked_at"),
        Column::of::<Option<String>>("address"),
        Column::of::<Option<String>>("user_agent"),
    ],
);

/// The tokens that a session is prolonged with. A spent one stays as long as its session, so that its reuse is noticed.
static REFRESH_TOKENS: Meta = table(
    "auth_refresh_tokens",
    &[
        sha256("hash").kept(Kept::Id),
        Column::of::<Uuid>("session_id").references(|| &SESSIONS, OnDelete::Cascade),
        Column::of::<Option<DateTime<Utc>>>("spent_at"),
    ],
);

/// Tokens that make the first account of the highest role. Once it is made there is none.
static SETUP_TOKENS: Meta = table(
    "auth_setup_tokens",
    &[
        sha256("hash").kept(Kept::Id),
        Column::of::<DateTime<Utc>>("expires_at"),
    ],
);

/// Attempts within the last minute, by a digest of the e-mail or address.
static COUNTERS: Meta = table(
    "auth_counters",
    &[
        Column::of::<Vec<u8>>("key").kept(Kept::Id),
        Column::of::<i64>("count"),
        Column::of::<DateTime<Utc>>("ends_at").index(),
    ],
);

/// Answers to requests with an `Idempotency-Key`, for 24 hours. The owner may be gone by then.
static IDEMPOTENCY_KEYS: Meta = table(
    "idempotency_keys",
    &[
        Column::of::<Uuid>("owner_id").kept(Kept::Id),
        Column::of::<String>("key").kept(Kept::Id),
        sha256("request"),
        Column::of::<i32>("status"),
        Column::of::<String>("headers"),
        Column::of::<Option<Vec<u8>>>("body"),
        Column::of::<DateTime<Utc>>("created_at").index(),
    ],
);

const fn table(name: &'static str, columns: &'static [Column]) -> Meta {
    Meta::new(name, name, "", columns, 0)
}

/// A digest of 32 bytes.
const fn sha256(name: &'static str) -> Column {
    Column::of::<Vec<u8>>(name).checks(&[Check::Length {
        unit: LengthUnit::Bytes,
        min: Some(32),
        max: Some(32),
    }])
}

impl Declared {
    /// The tables of the kit itself, which come with [`Migrations::kit`](crate::db::Migrations::kit).
    #[must_use]
    pub fn kit() -> Self {
        Self::new(&[
            User::meta(),
            &SESSIONS,
            &REFRESH_TOKENS,
            &SETUP_TOKENS,
            &COUNTERS,
            &IDEMPOTENCY_KEYS,
        ])
    }
}
