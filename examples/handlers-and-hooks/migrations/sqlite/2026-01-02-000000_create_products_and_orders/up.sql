-- Create `products`.
CREATE TABLE products (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    cents INTEGER NOT NULL CHECK (cents BETWEEN 0 AND 1000000),
    stock INTEGER NOT NULL DEFAULT 0 CHECK (stock >= 0)
) STRICT;
CREATE UNIQUE INDEX products_name_key ON products (name);

-- Create `orders`.
CREATE TABLE orders (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    product_id BLOB NOT NULL REFERENCES products (id) ON DELETE RESTRICT,
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 100),
    cents INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    buyer_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX orders_created_at_idx ON orders (created_at, id);
CREATE INDEX orders_product_id_created_at_idx ON orders (product_id, created_at, id);
CREATE INDEX orders_buyer_id_created_at_idx ON orders (buyer_id, created_at, id);
