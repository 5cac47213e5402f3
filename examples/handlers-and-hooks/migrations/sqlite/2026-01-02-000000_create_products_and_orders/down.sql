-- Drop what no resource has any more.
DROP TABLE orders;
DROP TABLE products;
