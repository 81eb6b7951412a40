//! A peer for `cargo xtask bench --peer pingora`: the least that Pingora can be as a proxy.
//! Usage: `bench-pingora PORT UPSTREAM_PORT THREADS`.

use std::time::Duration;

use async_trait::async_trait;
use pingora::prelude::*;
use pingora::server::configuration::ServerConf;
use pingora::upstreams::peer::HttpPeer;

struct Pass {
    upstream: u16,
}

#[async_trait]
impl ProxyHttp for Pass {
    type CTX = ();

    fn new_ctx(&self) {}

    async fn upstream_peer(&self, _: &mut Session, (): &mut ()) -> Result<Box<HttpPeer>> {
        let mut peer = HttpPeer::new(("127.0.0.1", self.upstream), false, String::new());
        peer.options.idle_timeout = Some(Duration::from_secs(60));
        peer.options.connection_timeout = Some(Duration::from_secs(2));
        Ok(Box::new(peer))
    }
}

fn main() {
    let numbers: Vec<u16> =
        std::env::args().skip(1).map(|word| word.parse().expect("a number")).collect();
    let [port, upstream, threads] = numbers[..] else { panic!("PORT UPSTREAM_PORT THREADS") };
    let conf = ServerConf {
        threads: threads.into(),
        upstream_keepalive_pool_size: 512,
        grace_period_seconds: Some(0),
        graceful_shutdown_timeout_seconds: Some(1),
        ..Default::default()
    };
    let mut server = Server::new_with_opt_and_conf(None, conf);
    server.bootstrap();
    let mut service = http_proxy_service(&server.configuration, Pass { upstream });
    service.add_tcp(&format!("127.0.0.1:{port}"));
    server.add_service(service);
    server.run_forever();
}
