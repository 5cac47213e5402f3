//! Names of indexes and constraints.

use super::model::{Column, Index, Table};

/// The longest name that PostgreSQL keeps whole.
const LONGEST: usize = 63;

/// `articles_slug_key`, `articles_author_id_created_at_idx`: of all columns but the id that ends it, so that an index
/// of another make has another name.
pub(crate) fn index(table: &str, index: &Index, id: &str) -> String {
    let kind = if index.unique { "key" } else { "idx" };
    let mut columns: Vec<_> = index.keys().map(|(column, _)| column).collect();
    if columns.len() > 1 && columns.last() == Some(&id) {
        columns.pop();
    }
    bounded(format!("{table}_{}_{kind}", columns.join("_")))
}

pub(crate) fn check(table: &Table, column: &Column) -> String {
    bounded(format!("{}_{}_check", table.name, column.name))
}

pub(crate) fn foreign_key(table: &Table, column: &Column) -> String {
    bounded(format!("{}_{}_fkey", table.name, column.name))
}

pub(crate) fn not_null(table: &Table, column: &Column) -> String {
    bounded(format!("{}_{}_not_null", table.name, column.name))
}

pub(crate) fn primary_key(table: &Table) -> String {
    bounded(format!("{}_pkey", table.name))
}

/// A name that is too long keeps its beginning and its kind, with a digest of the whole between them.
fn bounded(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let kind = name.rfind('_').map_or("", |at| &name[at..]);
    let digest = format!("_{:08x}", digest(&name));
    let mut end = LONGEST - kind.len() - digest.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{digest}{kind}", &name[..end])
}

/// FNV-1a: the same in each version of the program.
fn digest(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_stay_apart() {
        let long = |end: &str| bounded(format!("{}_{end}_idx", "a".repeat(80)));
        let (one, other) = (long("x"), long("y"));
        assert_eq!((one.len(), other.len()), (LONGEST, LONGEST));
        assert!(one != other && one.ends_with("_idx"), "{one} {other}");
    }
}
