//! Many connections that rest after one request each.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use anyhow::Result;
use clap::Args;
use serde_json::json;
use socket2::{Domain, Socket, Type};

use super::pace::Client;

/// Connections from one address: their ports are limited.
const FROM_ONE_ADDRESS: u32 = 5000;

/// Opens connections, prints how many, and holds them until its standard input ends.
#[derive(Debug, Args)]
pub(crate) struct Hold {
    port: u16,
    #[arg(long, default_value_t = 10_000)]
    connections: u32,
}

impl Hold {
    pub(super) fn run(self) -> Result<()> {
        let open = |number| Some(self.opened(number).ok()?.into_stream());
        let held: Vec<TcpStream> = (0..self.connections).filter_map(open).collect();
        println!("{}", json!({ "held": held.len() }));
        io::copy(&mut io::stdin(), &mut io::sink())?;
        drop(held);
        Ok(())
    }

    fn opened(&self, number: u32) -> Result<Client> {
        let from =
            Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 0, 1, 1)) + number / FROM_ONE_ADDRESS);
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((from, 0)).into())?;
        socket.connect(&SocketAddr::from(([127, 0, 0, 1], self.port)).into())?;
        let mut client = Client::over(socket.into(), "/1k")?;
        client.ask()?;
        Ok(client)
    }
}
