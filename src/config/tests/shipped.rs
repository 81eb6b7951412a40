//! The configurations and versions in the files that are shipped beside the program.

use super::*;

#[test]
fn the_configuration_of_compose_is_right() {
    let config = from_file(include_str!("../../../deploy/compose/modelgate.toml")).unwrap();

    assert_eq!(config.upstream.url.to_string(), "https://opensearch:9200");
    assert!(matches!(config.upstream.login(), Login::Certificate { .. }));
    assert!(config.listen.ip().is_unspecified());
}

#[test]
fn the_configuration_of_kubernetes_is_right() {
    let manifest = include_str!("../../../deploy/kubernetes/sidecar.yaml");
    let (_, file) = manifest.split_once("  modelgate.toml: |\n").unwrap();
    let (file, _) = file.split_once("\n---\n").unwrap();

    let config = from_file(file).unwrap();

    let Some(AdminListen::At(pages)) = config.admin.listen else { panic!("no probes") };
    assert!(pages.ip().is_unspecified());
    assert!(manifest.contains(&format!("{{ name: admin, containerPort: {} }}", pages.port())));

    assert_eq!(config.upstream.url.to_string(), "https://127.0.0.1:9201");
    assert!(matches!(config.upstream.login(), Login::Certificate { .. }));
    assert!(config.listen.ip().is_unspecified());
}

#[test]
fn the_image_is_of_this_version_and_toolchain() {
    let image = include_str!("../../../Dockerfile");
    let toolchain = include_str!("../../../rust-toolchain.toml");
    let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap();

    assert!(image.contains(&format!("FROM rust:{}-", channel.trim_matches('"'))));
    assert!(image.contains(concat!("ARG VERSION=", env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn whoever_stops_modelgate_waits_longer_than_it_drains() {
    let drain = Config::default().limits.drain.as_secs();
    let seconds = |file: &str, before: &str| -> u64 {
        let (_, rest) = file.split_once(before).unwrap();
        rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
    };

    let unit = include_str!("../../../deploy/systemd/modelgate.service");
    let compose = include_str!("../../../docker-compose.yml");
    let pod = include_str!("../../../deploy/kubernetes/sidecar.yaml");

    assert!(seconds(unit, "TimeoutStopSec=") > drain);
    assert!(seconds(compose, "stop_grace_period: ") > drain);
    assert!(seconds(pod, "terminationGracePeriodSeconds: ") > drain);
}
