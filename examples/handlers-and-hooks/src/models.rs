//! The shop's resources.

use skeleton_runtime::prelude::*;

use crate::hooks::Warehouse;

/// Something to buy.
#[resource]
#[requires_role(read = public, write = Admin)]
pub struct Product {
    /// The product.
    pub id: Uuid,
    /// What it is called.
    #[garde(length(chars, min = 1, max = 100))]
    #[field(unique, filter, sort)]
    pub name: String,
    /// What one costs.
    #[garde(range(min = 0, max = 1_000_000))]
    pub cents: i64,
    /// How many there are.
    #[garde(range(min = 0))]
    #[field(default)]
    pub stock: i32,
}

/// So many of a product, for somebody. Once made it stays as it is, until it is cancelled.
#[resource(hooks = Warehouse, operations(list, get, create))]
#[requires_role(list = Admin, get = owner | Admin, create = Member)]
pub struct Order {
    /// The order.
    pub id: Uuid,
    /// What is bought.
    #[field(filter, belongs_to = Product)]
    pub product_id: Uuid,
    /// How many of it.
    #[garde(range(min = 1, max = 100))]
    pub quantity: i32,
    /// What all of them cost: no body has it, a hook fills it in.
    #[field(read_only, default)]
    pub cents: i64,
    /// Whether it was cancelled.
    #[field(read_only, default)]
    pub cancelled: bool,
    /// Who buys.
    #[field(filter, owner, belongs_to = User)]
    pub buyer_id: Uuid,
    /// When it was made.
    #[field(sort)]
    pub created_at: DateTime<Utc>,
}
