//! TLS on the listener: what is agreed on, what passes through it, how it ends.

mod handshake;
mod http1;
mod reload;
