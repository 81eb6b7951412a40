//! The whole program, between raw sockets: what a client sends and what the cluster hears, byte
//! for byte, and what becomes of both when something goes wrong.

mod bodies;
mod connections;
mod drain;
mod early;
mod expect;
mod faults;
mod h2;
mod hostile;
mod identity;
mod large;
mod log;
mod nodes;
mod old_clients;
mod overload;
mod pool;
mod process;
mod requests;
mod responses;
mod restart;
mod routes;
mod support;
mod tls;
