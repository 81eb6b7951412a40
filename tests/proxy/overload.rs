//! More than modelgate takes on: requests, connections, and clients that are slow.

mod connections;
mod crowd;
mod descriptors;
mod load;
mod shedding;
mod slow;
