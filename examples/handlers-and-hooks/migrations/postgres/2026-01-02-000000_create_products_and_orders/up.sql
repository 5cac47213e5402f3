-- Create `products`.
CREATE TABLE products (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL CONSTRAINT products_name_check CHECK (char_length(name) BETWEEN 1 AND 100),
    cents bigint NOT NULL CONSTRAINT products_cents_check CHECK (cents BETWEEN 0 AND 1000000),
    stock integer NOT NULL DEFAULT 0 CONSTRAINT products_stock_check CHECK (stock >= 0)
);
CREATE UNIQUE INDEX products_name_key ON products (name);

-- Create `orders`.
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL CONSTRAINT orders_product_id_fkey REFERENCES products (id) ON DELETE RESTRICT,
    quantity integer NOT NULL CONSTRAINT orders_quantity_check CHECK (quantity BETWEEN 1 AND 100),
    cents bigint NOT NULL DEFAULT 0,
    cancelled boolean NOT NULL DEFAULT FALSE,
    buyer_id uuid NOT NULL CONSTRAINT orders_buyer_id_fkey REFERENCES users (id) ON DELETE RESTRICT,
    created_at timestamptz NOT NULL
);
CREATE INDEX orders_created_at_idx ON orders (created_at, id);
CREATE INDEX orders_product_id_created_at_idx ON orders (product_id, created_at, id);
CREATE INDEX orders_buyer_id_created_at_idx ON orders (buyer_id, created_at, id);
