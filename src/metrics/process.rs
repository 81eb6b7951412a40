//! What the system knows of this process; where it tells nothing, nothing is shown.

use std::{
    fs,
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::text::{Kind, Text};

static STARTED: LazyLock<Duration> =
    LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());

/// Notes that the process starts now.
pub fn started() {
    LazyLock::force(&STARTED);
}

/// Writes the figures of the process, by Prometheus' own names.
pub(super) fn write(text: &mut Text) {
    if let Some(bytes) = resident_bytes() {
        let help = "Resident memory size in bytes.";
        text.single("process_resident_memory_bytes", Kind::Gauge, help, bytes);
    }
    if let Some(count) = open_fds() {
        let help = "Number of open file descriptors.";
        text.single("process_open_fds", Kind::Gauge, help, count);
    }
    let help = "Start time of the process since unix epoch in seconds.";
    let seconds = STARTED.as_millis() as f64 / 1_000.0;
    text.single("process_start_time_seconds", Kind::Gauge, help, seconds);
}

pub(crate) fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Less the one that counting takes.
fn open_fds() -> Option<usize> {
    fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count().saturating_sub(1))
}
