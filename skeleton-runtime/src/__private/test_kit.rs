//! What the macros for tests expand to.

/// Items for a runtime that has SQLite.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "sqlite")]
macro_rules! __if_sqlite {
    ($($item:item)*) => { $($item)* };
}

/// Items for a runtime that has SQLite.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "sqlite"))]
macro_rules! __if_sqlite {
    ($($item:item)*) => {};
}

/// Items for a runtime that has PostgreSQL.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "postgres")]
macro_rules! __if_postgres {
    ($($item:item)*) => { $($item)* };
}

/// Items for a runtime that has PostgreSQL.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "postgres"))]
macro_rules! __if_postgres {
    ($($item:item)*) => {};
}

/// A test for each database: `super::name`, or `super::super::name: Check::Roles`.
#[doc(hidden)]
#[macro_export]
macro_rules! __each_database {
    ($(#[$attribute:meta])* $test:path $(: $argument:expr)?) => {
        $crate::__private::if_sqlite! {
            #[::core::prelude::v1::test]
            $(#[$attribute])*
            fn sqlite() {
                $test($crate::db::AnyBackend::Sqlite $(, $argument)?);
            }
        }
        $crate::__private::if_postgres! {
            #[::core::prelude::v1::test]
            $(#[$attribute])*
            fn postgres() {
                $test($crate::db::AnyBackend::Postgres $(, $argument)?);
            }
        }
    };
}

/// A module with tests for each check of `conformance!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __each_check {
    ($test:ident) => {
        $crate::__each_check! { $test:
            roles Roles, rows Rows, hidden_fields HiddenFields, cursors Cursors, tags Tags, bodies Bodies,
            parameters Parameters, deletes Deletes, document Document,
        }
    };
    ($test:ident: $($name:ident $check:ident,)*) => {
        $(mod $name {
            $crate::__private::each_database! {
                super::super::$test: $crate::test_util::Check::$check
            }
        })*
    };
}
