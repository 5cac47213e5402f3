//! Which problems an operation of a resource can give.

use crate::error::Code;
use crate::resource::{Column, Kept, Meta, OnDelete, Operation};

use super::accounts;
use super::problem::BODY;
use super::resource::Entry;

/// What an `Idempotency-Key` can be answered with.
const ONCE: [Code; 2] = [Code::IdempotencyMismatch, Code::InProgress];

/// The problems that follow from what the operation does and from the columns.
pub(super) fn codes_of(meta: &'static Meta, operation: Operation, all: &[Entry]) -> Vec<Code> {
    let row = [Code::InvalidPath, Code::NotFound];
    // The id is made by the server, so that no two rows ask for one.
    let unique = |column: &&Column| column.unique && column.kept != Some(Kept::Id);
    let conflict_at = |may_write: fn(&Column) -> bool| {
        meta.columns
            .iter()
            .filter(unique)
            .any(may_write)
            .then_some(Code::Conflict)
    };
    let mut codes = vec![Code::InvalidQuery];
    match operation {
        Operation::List => codes.push(Code::InvalidCursor),
        Operation::Get => codes.extend(row),
        Operation::Create | Operation::Bulk => {
            codes.extend(BODY.into_iter().chain(conflict_at(|_| true)));
            codes.extend(ONCE);
        }
        Operation::Update | Operation::Replace => {
            codes.extend(row.into_iter().chain(BODY));
            // A hook may set what a body may not; those of accounts are known not to.
            codes.extend(match meta.table {
                accounts::TABLE => conflict_at(Column::is_writable),
                _ => conflict_at(|column| !column.immutable),
            });
            codes.push(Code::PreconditionFailed);
            codes.extend(ONCE.into_iter().filter(|_| operation == Operation::Update));
        }
        Operation::Restore => {
            codes.extend(row.into_iter().chain(conflict_at(|_| true)).chain(ONCE));
        }
        Operation::Delete => {
            codes.extend(row);
            codes.extend(is_held(meta, all, &mut Vec::new()).then_some(Code::InUse));
            codes.push(Code::PreconditionFailed);
        }
    }
    let changes = matches!(operation, Operation::Update | Operation::Delete);
    codes.extend((changes && meta.table == accounts::TABLE).then_some(Code::LastOwner));
    codes
}

/// Whether a row may be kept from going by a row that refers to it, or to one that would go with it.
fn is_held(meta: &'static Meta, all: &[Entry], seen: &mut Vec<&'static str>) -> bool {
    if seen.contains(&meta.table) {
        return false;
    }
    seen.push(meta.table);
    let referrers = all
        .iter()
        .flat_map(|entry| entry.meta.columns.iter().map(|column| (entry.meta, column)));
    referrers
        .into_iter()
        .any(|(referrer, column)| match column.references {
            Some(reference) if (reference.target)().table == meta.table => {
                match reference.on_delete {
                    OnDelete::Restrict => true,
                    OnDelete::Cascade => is_held(referrer, all, seen),
                    OnDelete::SetNull => false,
                }
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::sample::{ADMIN, ARTICLE, CATEGORY, COMMENT, REPORT};

    fn held(meta: &'static Meta, all: &[&'static Meta]) -> bool {
        let entry = |meta: &&'static Meta| Entry {
            meta,
            rules: [ADMIN; 8],
        };
        let entries: Vec<Entry> = all.iter().map(entry).collect();
        is_held(meta, &entries, &mut Vec::new())
    }

    #[test]
    fn a_row_is_held_by_what_refers_to_it_or_to_what_goes_with_it() {
        assert!(held(&CATEGORY, &[&CATEGORY, &ARTICLE]));
        assert!(
            !held(&CATEGORY, &[&CATEGORY]),
            "nothing of this service refers to it"
        );
        assert!(!held(&ARTICLE, &[&ARTICLE, &COMMENT]), "comments go too");
        assert!(held(&COMMENT, &[&COMMENT, &REPORT]));
        assert!(
            held(&ARTICLE, &[&ARTICLE, &COMMENT, &REPORT]),
            "a reported comment stays, and so its article"
        );
    }
}
