//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod created_at_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(created_at)]
        pub made: DateTime<Utc>,
    }

    pub fn main() {}
}

pub mod deleted_at_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(deleted_at)]
        pub gone: Option<DateTime<Utc>>,
    }

    pub fn main() {}
}

pub mod exactly_nothing {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(exactly(Member) | Viewer)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod field_unknown_key {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod field_without_keys {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter, sort)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod flag_with_value {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_no_bounds {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(length(chars, min = 1, max = 200))]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_pattern {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(pattern("^[a-z]+$"))]
        pub title: String,
    }

    pub fn main() {}
}

pub mod id_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod key_without_list {
    use skeleton_runtime::prelude::*;

    #[resource(operations(list, get))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod no_roles {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod on_delete_unknown {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(belongs_to = User, on_delete = cascade)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod owner_alone {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(write = owner, create = Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod owner_alone_everywhere {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = owner, write = owner, list = Viewer, create = Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod owner_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author: Uuid,
    }

    pub fn main() {}
}

pub mod page_default_over_max {
    use skeleton_runtime::prelude::*;

    #[resource(page(default = 50, max = 50))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod page_default_over_usual_max {
    use skeleton_runtime::prelude::*;

    #[resource(page(default = 500, max = 500))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod page_without_sizes {
    use skeleton_runtime::prelude::*;

    #[resource(page(default = 20, max = 100))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod path_no_slash {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod path_trailing_slash {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod read_role_syntax {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(read = Admin)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod relative_crate {
    use skeleton_runtime::prelude::*;

    #[resource(crate = ::skeleton_runtime)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod role_as_path {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod role_as_text {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod role_with_parentheses {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod roles_joined_by_comma {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin | Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod rule_empty {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = Viewer, write = Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod rule_unknown_key {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = Viewer)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod serde_skips {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(write_only)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod serde_unknown_rule {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[serde(rename_all = "camelCase")]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod soft_delete_with_value {
    use skeleton_runtime::prelude::*;

    #[resource(soft_delete)]
    pub struct Article {
        pub id: Uuid,
        pub deleted_at: Option<DateTime<Utc>>,
    }

    pub fn main() {}
}

pub mod sort_unknown_field {
    use skeleton_runtime::prelude::*;

    #[resource(sort = "-title")]
    pub struct Article {
        pub id: Uuid,
        #[field(sort)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod table_is_on {
    use skeleton_runtime::prelude::*;

    #[resource(table = "articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod too_many_columns {
    use skeleton_runtime::prelude::*;

    #[resource(table = false)]
    pub struct Wide {
        pub id: Uuid,
        pub n1: i32,
        pub n2: i32,
        pub n3: i32,
        pub n4: i32,
        pub n5: i32,
        pub n6: i32,
        pub n7: i32,
        pub n8: i32,
        pub n9: i32,
        pub n10: i32,
        pub n11: i32,
        pub n12: i32,
        pub n13: i32,
        pub n14: i32,
        pub n15: i32,
        pub n16: i32,
        pub n17: i32,
        pub n18: i32,
        pub n19: i32,
        pub n20: i32,
        pub n21: i32,
        pub n22: i32,
        pub n23: i32,
        pub n24: i32,
        pub n25: i32,
        pub n26: i32,
        pub n27: i32,
        pub n28: i32,
        pub n29: i32,
        pub n30: i32,
        pub n31: i32,
        pub n32: i32,
    }

    pub fn main() {}
}

pub mod unknown_key {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod version_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(version)]
        pub revision: i64,
    }

    pub fn main() {}
}
