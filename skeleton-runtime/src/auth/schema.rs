//! The table of accounts, as the migrations make it.

#![allow(missing_docs, reason = "columns are documented where they are read")]

diesel::table! {
    users (id) {
        id -> Uuid,
        /// Unique; trimmed and lower-cased.
        email -> Text,
        password_hash -> Nullable<Text>,
        role -> Text,
        disabled -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}
