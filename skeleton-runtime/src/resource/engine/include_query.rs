//! The query that finds the rows of a relation, for any number of keys.

use std::fmt::Write as _;

use super::include::{Embed, Key};
use super::plan::quoted;
use super::writer::{Filter, Test, Writer};
use super::{Plan, Shape, order};
use crate::db::{AnyBackend, Statement, Value};
use crate::resource::relation::Link;

/// The columns beside those of the target; no field has a name with a blank.
const PARENT_KEY: &str = "\"parent key\"";
const TARGET_KEY: &str = "\"target key\"";
const ROW_NUMBER: &str = "\"row number\"";

/// Writes the query of a relation: its columns, and behind them the key that leads to the row.
pub(super) struct IncludeWriter<'a> {
    relation: &'a Embed,
    writer: Writer,
    columns: String,
    /// The column with the key, as SQL.
    key: String,
}

impl<'a> IncludeWriter<'a> {
    pub(super) fn new(relation: &'a Embed, shape: &Shape, backend: AnyBackend) -> Self {
        let target = relation.include.target;
        Self {
            relation,
            writer: Writer::new(target, backend),
            columns: Plan::of(target).columns(shape).into_owned(),
            key: match relation.include.link {
                Link::BelongsTo { .. } => quoted(target.id_column().column),
                Link::HasMany { key } => quoted(target.columns[key].column),
                Link::Through { .. } => PARENT_KEY.to_owned(),
            },
        }
    }

    /// The query of these keys, of `limit` rows at most.
    pub(super) fn write(mut self, keys: Vec<Key>, limit: usize) -> Statement {
        let most = self.relation.include.target.page_max;
        let is_single = keys.len() == 1;
        let keys = keys.into_iter().map(Key::into_value).collect();
        if !self.relation.include.is_many() {
            self.select("");
            self.from(keys);
        } else if is_single {
            self.select("");
            self.from(keys);
            self.order_by();
            let _ = write!(self.writer.text, " LIMIT {most}");
        } else {
            let columns = self.columns.clone();
            let _ = write!(self.writer.text, "SELECT {columns}, {PARENT_KEY} FROM (");
            self.select(", row_number() OVER (PARTITION BY ");
            self.from(keys);
            let _ = write!(
                self.writer.text,
                ") AS \"ranked\" WHERE {ROW_NUMBER} <= {most} ORDER BY {PARENT_KEY}, {ROW_NUMBER} LIMIT {limit}"
            );
        }
        self.writer.finish()
    }

    /// The columns and the key; `window` begins the number of the row among those with the same key.
    fn select(&mut self, window: &str) {
        let (columns, key) = (&self.columns, &self.key);
        let _ = write!(
            self.writer.text,
            "SELECT {columns}, {key} AS {PARENT_KEY}{window}"
        );
        if !window.is_empty() {
            self.writer.text.push_str(&self.key);
            self.order_by();
            let _ = write!(self.writer.text, ") AS {ROW_NUMBER}");
        }
    }

    /// The default order of the target.
    fn order_by(&mut self) {
        let target = self.relation.include.target;
        self.writer.order_by(&order(target, target.sort));
    }

    /// From where, and under which conditions: those of the keys, and of the scopes.
    fn from(&mut self, keys: Vec<Value>) {
        let target = self.relation.include.target;
        let table = quoted(target.table);
        let by = |column| Filter {
            column,
            test: Test::OneOf(keys),
        };
        self.writer.push(" FROM ");
        let filters = match self.relation.include.link {
            Link::BelongsTo { .. } => {
                self.writer.push(&table);
                vec![by(target.id)]
            }
            Link::HasMany { key } => {
                self.writer.push(&table);
                vec![by(key)]
            }
            Link::Through { join, ours, theirs } => {
                let (joined, id) = (quoted(join.table), quoted(target.id_column().column));
                let (from, to) = (&join.columns[ours], &join.columns[theirs]);
                let (from, to) = (quoted(from.column), quoted(to.column));
                // Two rows may join the same two: that is one relation.
                let _ = write!(
                    self.writer.text,
                    "(SELECT DISTINCT {from} AS {PARENT_KEY}, {to} AS {TARGET_KEY} FROM {joined}"
                );
                self.writer.begin(join);
                let scope = self.relation.join_scope;
                self.writer.conditions(vec![by(ours)], &[], &[], scope);
                let _ = write!(
                    self.writer.text,
                    ") AS \"links\" JOIN {table} ON {id} = {TARGET_KEY}"
                );
                Vec::new()
            }
        };
        self.writer.begin(target);
        let scope = self.relation.scope;
        self.writer.conditions(filters, &[], &[], scope);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::super::{Decode as _, LinkWriter, Scope};
    use super::*;
    use crate::resource::meta::{Column, Direction, Kept, Meta, OnDelete};
    use crate::resource::relation::{Relation, includes};

    static TAG: Meta = Meta::new(
        "Tag",
        "tags",
        "/tags",
        &[
            Column::of::<Uuid>("id").kept(Kept::Id),
            Column::of::<Option<String>>("name").sort(),
            Column::of::<Uuid>("owner").kept(Kept::Owner),
        ],
        0,
    )
    .sort(&[(1, Direction::Ascending)])
    .page(5, 10);

    static ARTICLE_TAG: Meta = Meta::new(
        "ArticleTag",
        "article_tags",
        "/article-tags",
        &[
            Column::of::<Uuid>("id").kept(Kept::Id),
            Column::of::<i64>("article_id").references(|| &ARTICLE, OnDelete::Cascade),
            Column::of::<Uuid>("tag_id").references(|| &TAG, OnDelete::Cascade),
        ],
        0,
    );

    static ARTICLE: Meta = Meta::new(
        "Article",
        "articles",
        "/articles",
        &[
            Column::of::<i64>("id").kept(Kept::Id),
            Column::of::<Uuid>("tag_id").references(|| &TAG, OnDelete::Restrict),
        ],
        0,
    )
    .relations(&[
        Relation::many("links", || &ARTICLE_TAG),
        Relation::many("tags", || &TAG).through(|| &ARTICLE_TAG),
    ]);

    /// The query of a relation of an article, for as many keys.
    fn text(name: &str, scope: Scope, backend: AnyBackend, keys: i64) -> (String, usize) {
        let all = includes(&ARTICLE).into_iter();
        let include = all
            .into_iter()
            .find(|include| include.name == name)
            .unwrap();
        let relation = Embed {
            include,
            position: 0,
            shown: Arc::from([0]),
            scope,
            join_scope: Scope::All,
            children: Vec::new(),
        };
        let shape = LinkWriter::new(include.target, relation.shown.clone(), &[]).shape();
        let keys = (0..keys).map(Key::I64).collect();
        let statement = IncludeWriter::new(&relation, &shape, backend).write(keys, 50_001);
        (statement.sql.into_owned(), statement.binds.len())
    }

    #[test]
    fn a_single_row_is_found_by_its_id_within_the_scope() {
        let scope = Scope::OwnedBy(Uuid::nil());
        let (text, binds) = text("tag", scope, AnyBackend::Postgres, 2);
        assert_eq!(
            text,
            r#"SELECT "id", "id" AS "parent key" FROM "tags" WHERE "id" IN ($1, $2) AND "owner" = $3"#
        );
        assert_eq!(binds, 3);
    }

    #[test]
    fn of_one_row_a_limit_does() {
        let (text, _) = text("links", Scope::All, AnyBackend::Sqlite, 1);
        assert_eq!(
            text,
            "SELECT \"id\", \"article_id\" AS \"parent key\" FROM \"article_tags\" WHERE \"article_id\" IN ($1) \
             ORDER BY \"id\" ASC LIMIT 100"
        );
    }

    #[test]
    fn of_several_rows_each_has_its_first_ones() {
        let (many, binds) = text("tags", Scope::All, AnyBackend::Sqlite, 3);
        assert_eq!(
            many.replace('"', ""),
            "SELECT id, parent key FROM (SELECT id, parent key AS parent key, row_number() OVER (PARTITION BY parent \
             key ORDER BY name ASC NULLS LAST, id ASC) AS row number FROM (SELECT DISTINCT article_id AS parent key, \
             tag_id AS target key FROM article_tags WHERE article_id IN ($1, $2, $3, $4)) AS links JOIN tags ON id = \
             target key) AS ranked WHERE row number <= 10 ORDER BY parent key, row number LIMIT 50001"
        );
        assert_eq!(binds, 4);
        let next = text("tags", Scope::All, AnyBackend::Sqlite, 4);
        assert_eq!(next, (many, 4), "the text is that of the shape");
    }
}
