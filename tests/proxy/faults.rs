//! What becomes of a request when one side fails.

mod answers;
mod clients;
mod connecting;
mod limits;
mod names;
mod network;
mod outcome;
mod slow;
