//! What must hold of any input, and small readings of it that share no code with modelgate's.

pub mod config;
pub mod guard;
pub mod head;
mod opensearch;
pub mod register;
pub mod route;
pub mod search;
