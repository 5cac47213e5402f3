//! What happens around the writes of an order, whoever writes: an endpoint, a handler, a job.

use skeleton_runtime::error::Code;
use skeleton_runtime::prelude::*;

use crate::models::{NewOrder, Order, OrderChanges, Product, ProductChanges};

/// Keeps stock and orders in step.
#[derive(Debug)]
pub struct Warehouse;

impl Hooks<Order> for Warehouse {
    /// In the transaction of the order: where it fails, nothing was taken.
    async fn before_create(cx: &mut Context<'_>, new: &mut NewOrder) -> Result<()> {
        let product = take(cx, new.product_id, new.quantity).await?;
        new.cents = product.cents * i64::from(new.quantity);
        Ok(())
    }

    /// Of an order only `cancelled` ever changes, by the handler `cancel`.
    async fn before_update(
        cx: &mut Context<'_>,
        order: &Order,
        changes: &mut OrderChanges,
    ) -> Result<()> {
        if order.cancelled {
            return Err(Error::new(Code::Conflict, "the order is cancelled already"));
        }
        if changes.cancelled == Patch::Set(true) {
            take(cx, order.product_id, -order.quantity).await?;
        }
        Ok(())
    }

    /// After the commit, for what can't be rolled back. An error here is logged, and the order stands.
    async fn after_commit(_: &mut Context<'_>, change: &Change<Order>) -> Result<()> {
        if let Change::Created(order) = change {
            // A mail to the buyer, say.
            tracing::info!(order = %order.id, cents = order.cents, "sold");
        }
        Ok(())
    }
}

/// Takes goods from the stock, or gives them back where `quantity` is negative.
async fn take(cx: &mut Context<'_>, id: Uuid, quantity: i32) -> Result<Product> {
    // Nobody else takes the last one between the look and the write.
    cx.lock(&format!("stock {id}")).await?;
    // Buyers may not write products; the shop does so for them.
    let product = cx
        .repository::<Product>()
        .unguarded()
        .find_optional(id)
        .await?;
    let unknown = || Fault::new("product_id", "unknown", "there is no such product");
    let product = product.ok_or_else(|| Error::validation(vec![unknown()]))?;
    if product.stock < quantity {
        let message = format!("there are {} of it", product.stock);
        return Err(Error::validation(vec![Fault::new(
            "quantity", "stock", message,
        )]));
    }
    let changes = ProductChanges {
        stock: Patch::Set(product.stock - quantity),
        ..ProductChanges::default()
    };
    let mut products = cx.repository::<Product>().unguarded();
    products.update(id, changes).await
}
