//! The built modelgate as a child process.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use super::PATIENCE;

/// A modelgate that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Gate {
    child: Child,
    address: SocketAddr,
    log: Arc<Log>,
}

#[derive(Debug, Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    grown: Condvar,
}

/// A modelgate that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The built program, with nothing of this environment's configuration.
pub(crate) fn modelgate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modelgate"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MODELGATE_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

impl Run {
    /// Runs modelgate to its end, which comes soon.
    #[track_caller]
    pub(crate) fn to_end(arguments: &[&str]) -> Self {
        let mut command = modelgate(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("modelgate {arguments:?} does not end: {:?}", child.wait_with_output());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

impl Gate {
    /// Starts one with these `--set` values on a free port, and waits until it listens.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let own = ["listen=127.0.0.1:0", "admin.listen=off"];
        Self::run(own.iter().chain(settings).flat_map(|setting| ["--set", setting]).collect())
    }

    /// Starts one with these flags, and waits until it listens.
    pub(crate) fn run(flags: Vec<&str>) -> Self {
        Self::spawned(modelgate(&flags))
    }

    /// The same with `--set` values, and no more than so many descriptors.
    pub(crate) fn with_descriptors(most: usize, settings: &[&str]) -> Self {
        let flags: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        let modelgate = modelgate(&flags);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {most} && exec \"$0\" \"$@\"")]);
        shell.arg(modelgate.get_program()).args(modelgate.get_args()).stdin(Stdio::null());
        for (name, value) in modelgate.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        Self::spawned(shell)
    }

    fn spawned(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Log::default());
        log.follow(child.stdout.take().unwrap());
        log.follow(child.stderr.take().unwrap());
        let mut gate = Self { child, address: ([0, 0, 0, 0], 0).into(), log };
        let line = gate.line("modelgate listens");
        gate.address = address(&line).unwrap();
        gate
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the first line that contains all of these words.
    #[track_caller]
    pub(crate) fn line(&self, words: &str) -> String {
        self.log
            .wait(|lines| lines.iter().find(|line| line.contains(words)).cloned())
            .unwrap_or_else(|| panic!("the log never said {words:?}"))
    }

    /// Waits until as many requests are logged; gives their lines.
    #[track_caller]
    pub(crate) fn access_lines(&self, count: usize) -> Vec<String> {
        let access = |lines: &[String]| {
            let access = lines.iter().filter(|line| line.contains("modelgate::access"));
            let found: Vec<String> = access.cloned().collect();
            (found.len() >= count).then_some(found)
        };
        self.log.wait(access).unwrap_or_else(|| panic!("the log never had {count} requests"))
    }

    /// All that was logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lines.lock().unwrap().join("\n")
    }

    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    pub(crate) fn signal(&self, name: &str) {
        let (signal, pid) = (format!("-{name}"), self.child.id().to_string());
        assert!(Command::new("kill").args([signal, pid]).status().unwrap().success());
    }

    /// Waits for its own end.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "modelgate does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// A figure of `/proc/PID/status`, in KiB.
    pub(crate) fn memory(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// How long it has had a processor.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_, figures) = stat.rsplit_once(") ").unwrap();
        let ticks = figures.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap());
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// How many sockets it holds.
    pub(crate) fn sockets(&self) -> usize {
        let entries = fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap();
        let links = entries.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
        links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
    }

    /// The same once it does not change any more.
    pub(crate) fn settled_sockets(&self) -> usize {
        let mut last = (self.sockets(), 0);
        while last.1 < 20 {
            std::thread::sleep(Duration::from_millis(5));
            let now = self.sockets();
            last = if now == last.0 { (now, last.1 + 1) } else { (now, 0) };
        }
        last.0
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let log = self.log();
        if std::thread::panicking() {
            let lines: Vec<&str> = log.lines().collect();
            let last = lines[lines.len().saturating_sub(30)..].join("\n");
            eprintln!("--- the last of modelgate's log\n{last}\n---");
        } else {
            assert!(!log.contains("panicked"), "modelgate panicked\n{log}");
        }
    }
}

impl Log {
    fn follow(self: &Arc<Self>, from: impl Read + Send + 'static) {
        let log = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                log.lines.lock().unwrap().push(line);
                log.grown.notify_all();
            }
            log.grown.notify_all();
        });
    }

    fn wait<T>(&self, found: impl Fn(&[String]) -> Option<T>) -> Option<T> {
        let start = Instant::now();
        let mut lines = self.lines.lock().unwrap();
        loop {
            if let Some(found) = found(&lines) {
                return Some(found);
            }
            let left = PATIENCE.checked_sub(start.elapsed())?;
            lines = self.grown.wait_timeout(lines, left).unwrap().0;
        }
    }
}

/// The address of the line that says where modelgate listens, in either format.
fn address(line: &str) -> Option<SocketAddr> {
    let rest = line.split_once("address")?.1;
    let rest = rest.trim_start_matches(['"', ':', '=']);
    rest.split(['"', ' ']).next()?.parse().ok()
}
