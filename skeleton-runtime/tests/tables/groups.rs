//! `GROUP BY` in the types: a column is known where it is grouped by itself, or by the key of its table.

use std::any::TypeId;

use diesel::expression::IsContainedInGroupBy;
use diesel::expression::is_contained_in_group_by::Yes;
use skeleton_runtime::__private::NamedColumn;
use skeleton_runtime::TableColumn;

// The widest table there is; its key is not the first column.
skeleton_runtime::__private::table! {
    pub wide("wide") [c5] {
        c0("c0") -> Integer, c1("c1") -> Integer, c2("c2") -> Integer, c3("c3") -> Integer,
        c4("c4") -> Integer, c5("c5") -> Integer, c6("c6") -> Integer, c7("c7") -> Integer,
        c8("c8") -> Integer, c9("c9") -> Integer, c10("c10") -> Integer, c11("c11") -> Integer,
        c12("c12") -> Integer, c13("c13") -> Integer, c14("c14") -> Integer, c15("c15") -> Integer,
        c16("c16") -> Integer, c17("c17") -> Integer, c18("c18") -> Integer, c19("c19") -> Integer,
        c20("c20") -> Integer, c21("c21") -> Integer, c22("c22") -> Integer, c23("c23") -> Integer,
        c24("c24") -> Integer, c25("c25") -> Integer, c26("c26") -> Integer, c27("c27") -> Integer,
        c28("c28") -> Integer, c29("c29") -> Integer, c30("c30") -> Integer, c31("c31") -> Integer,
    }
}
skeleton_runtime::__private::table! {
    pub other("other") [c5] { c5("c5") -> Integer, c0("c0") -> Integer }
}
diesel::allow_tables_to_appear_in_same_query!(wide, other);

/// Whether `C` has one value in each group of `G`.
fn known<G, C>(_: TableColumn<G>, _: TableColumn<C>) -> bool
where
    G: NamedColumn,
    C: NamedColumn,
    TableColumn<G>: IsContainedInGroupBy<TableColumn<C>, Output: 'static>,
{
    TypeId::of::<<TableColumn<G> as IsContainedInGroupBy<TableColumn<C>>>::Output>()
        == TypeId::of::<Yes>()
}

macro_rules! assert_groups {
    ([$($group:ident)*] $columns:tt) => {
        $(assert_groups!($group $columns);)*
    };
    ($group:ident [$($column:ident)*]) => {
        $({
            let (group, column) = (stringify!($group), stringify!($column));
            let expected = group == column || group == "c5";
            assert_eq!(known(wide::$group, wide::$column), expected, "{column} grouped by {group}");
        })*
    };
}

#[test]
fn of_all_columns_only_the_same_one_is_known() {
    assert_groups!(
        [c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15
            c16 c17 c18 c19 c20 c21 c22 c23 c24 c25 c26 c27 c28 c29 c30 c31]
        [c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15
            c16 c17 c18 c19 c20 c21 c22 c23 c24 c25 c26 c27 c28 c29 c30 c31]
    );
}

#[test]
fn a_key_says_nothing_of_other_tables() {
    assert!(known(other::c5, other::c0));
    assert!(!known(other::c5, wide::c0));
    assert!(!known(wide::c5, other::c5));
    assert!(!known(wide::c0, other::c0));
}
