//! modelgate: the model-group API of ML Commons, enforced before an OpenSearch cluster.

mod probe;

use std::{io, net::SocketAddr, process::ExitCode, sync::Arc, thread};

use clap::Parser;
use modelgate::{
    admin::{self, Admin},
    config::{Config, Flags, Guard},
    guard,
    identity::Identity,
    memory, metrics,
    proxy::Proxy,
    server::{self, Seats, Shared, Tls},
    telemetry,
    upstream::{Nodes, TlsSettings, Upstream},
};
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{Signal, SignalKind, signal},
    sync::{mpsc, watch},
};

/// A configuration that cannot be used (`EX_USAGE`).
const BAD_CONFIG: u8 = 64;

fn main() -> ExitCode {
    metrics::started();
    let flags = match Flags::try_parse() {
        Ok(flags) => flags,
        Err(told) => {
            let _ = told.print();
            return if told.use_stderr() { ExitCode::from(BAD_CONFIG) } else { ExitCode::SUCCESS };
        }
    };
    let config = match Config::load(&flags, std::env::vars_os()) {
        Ok(config) => config,
        Err(errors) => return fail(BAD_CONFIG, &errors),
    };
    let prepared = match Prepared::of(&config) {
        Ok(prepared) => prepared,
        Err(error) => return fail(BAD_CONFIG, &error),
    };
    if flags.check_config {
        println!("the configuration is valid");
        return ExitCode::SUCCESS;
    }
    if flags.probe {
        return match probe::answers(*config.listen, prepared.tls.is_some()) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) | Err(_) => ExitCode::FAILURE,
        };
    }
    let _telemetry = match telemetry::start(&config.log) {
        Ok(telemetry) => telemetry,
        Err(error) => return fail(1, &error),
    };
    match run(Arc::new(config), &prepared) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error),
    }
}

type Failure = Box<dyn std::error::Error>;

/// All that the configuration names, read, so that a wrong file shows at the start.
struct Prepared {
    /// On the listener.
    tls: Option<Arc<Tls>>,
    /// To the cluster.
    upstream: TlsSettings,
    identity: Arc<Identity>,
}

impl Prepared {
    fn of(config: &Config) -> Result<Self, Failure> {
        Ok(Self {
            tls: Tls::load(&config.tls)?,
            upstream: TlsSettings::load(&config.upstream)?,
            identity: Arc::new(Identity::new(&config.identity)?),
        })
    }
}

fn run(config: Arc<Config>, prepared: &Prepared) -> io::Result<()> {
    let Prepared { tls, upstream: tls_settings, identity } = prepared;
    let threads = threads(&config);
    if !config.reuse_port {
        server::claim(*config.listen).map_err(|error| no_listener(*config.listen, &error))?;
    }
    let first = bound(*config.listen)?;
    let address = first.local_addr()?;
    let pages = if config.reuse_port { None } else { admin::bind(&config.admin)? };
    let (stop, stopped) = watch::channel(false);
    let limits = &config.limits;
    let seats = Arc::new(Seats::new(*limits.connections, limits.connections_per_address));
    let shared = Shared { tls: tls.clone(), seats, stop: stopped.clone() };
    let (works, mut working) = mpsc::channel::<()>(1);
    let mut listeners = vec![first];
    for _ in 1..threads {
        listeners.push(bound(address)?);
    }
    let nodes = Arc::new(Nodes::new(&config.upstream));
    let upstream = || Upstream::new(&config.upstream, tls_settings, nodes.clone());
    let admin = Admin::new(&config, upstream(), stopped);
    let checks = Arc::new(upstream()).check(*config.upstream.health_interval);
    let control = runtime()?;
    let signals = signals(&control)?;
    let hangup = tls.as_ref().map(|_| hangup(&control)).transpose()?;
    if config.guard == Guard::Upstream {
        runtime()?.block_on(guard::probe(&upstream())).map_err(io::Error::other)?;
    }
    tracing::info!(%address, upstream = %config.upstream.url, threads, "modelgate listens");
    let workers: Vec<_> = listeners
        .into_iter()
        .map(|listener| {
            let proxy = Arc::new(Proxy::new(config.clone(), identity.clone(), upstream()));
            let (shared, works) = (shared.clone(), works.clone());
            thread::spawn(move || {
                let _works = works;
                runtime()?.block_on(server::serve(listener, proxy, shared))
            })
        })
        .collect();
    drop(works);
    control.block_on(async {
        tokio::spawn(checks);
        tokio::spawn(memory::give_back());
        tokio::spawn(async move {
            let pages = match config.reuse_port {
                true => admin::bind_when_free(&config.admin).await,
                false => pages,
            };
            match pages {
                Some(pages) => admin.serve(pages).await,
                None => Ok(()),
            }
        });
        if let Some((tls, hangup)) = tls.clone().zip(hangup) {
            tokio::spawn(async move { tls.keep_current(hangup).await });
        }
        let told = told_to_stop(signals).await;
        let _ = stop.send(true);
        tracing::info!(signal = told, "modelgate stops: requests in flight are finished");
        // The pages are served until the last worker has ended.
        let _ = working.recv().await;
    });
    for worker in workers {
        worker.join().map_err(|_| io::Error::other("a worker thread panicked"))??;
    }
    tracing::info!("modelgate has stopped");
    Ok(())
}

fn threads(config: &Config) -> usize {
    match config.runtime.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

fn bound(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    server::bind(address).map_err(|error| no_listener(address, &error))
}

fn no_listener(address: SocketAddr, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot listen on {address} (key listen): {error}"))
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// What stops modelgate, caught from here on.
fn signals(runtime: &Runtime) -> io::Result<[Signal; 2]> {
    let _entered = runtime.enter();
    Ok([signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?])
}

/// What makes modelgate read its certificate anew, caught from here on.
fn hangup(runtime: &Runtime) -> io::Result<Signal> {
    let _entered = runtime.enter();
    signal(SignalKind::hangup())
}

async fn told_to_stop([mut terminate, mut interrupt]: [Signal; 2]) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

fn fail(code: u8, error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("modelgate: {error}");
    ExitCode::from(code)
}
