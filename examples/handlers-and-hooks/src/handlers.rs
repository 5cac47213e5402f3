//! Endpoints beside the generated ones.

use skeleton_runtime::prelude::*;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::models::{Order, OrderChanges, products};

/// Cancels an order; its goods go back to the stock.
///
/// # Errors
///
/// 404 for an order that is not the caller's, 409 for one that is cancelled already.
#[utoipa::path(
    post,
    path = "/orders/{id}/cancel",
    params(("id" = Uuid, Path, description = "The order")),
    responses((status = 200, description = "The order as cancelled", body = Order))
)]
#[requires_role(Member)]
pub async fn cancel(orders: Repository<Order>, Path(id): Path<Uuid>) -> Result<Json<Order>> {
    // By the caller's own rules: what they may not read is a 404.
    orders.find(id).await?;
    let changes = OrderChanges {
        cancelled: Patch::Set(true),
        ..OrderChanges::default()
    };
    // Orders have no update for anybody, so this one is the service's. The hook sees to the stock.
    orders.unguarded().update(id, changes).await.map(Json)
}

/// Names what there is none of.
///
/// # Errors
///
/// 503 while the database is out of reach.
#[utoipa::path(
    get,
    path = "/products/sold-out",
    responses((status = 200, description = "The names", body = Vec<String>))
)]
#[requires_role(Admin)]
pub async fn sold_out(State(db): State<Db>) -> Result<Json<Vec<String>>> {
    let names = products::table
        .filter(products::stock.eq(0))
        .order(products::name)
        .select(products::name)
        .load(&mut db.read().await?)
        .await?;
    Ok(Json(names))
}
