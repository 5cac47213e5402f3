//! Tables of our own making: that they do what tables of Diesel's `table!` do.

mod derives;
mod groups;
mod same_sql;
