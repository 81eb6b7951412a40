//! The tables of a run.

use std::fmt::Write;

use super::load::CALLS;
use super::peers::THREADS;
use super::report::Report;

/// A column: what it is called, of which load (or none), its figure for a target, how many digits.
struct Column<'r> {
    name: String,
    load: String,
    figure: Box<Figure<'r>>,
    digits: usize,
}

/// The figure of a target.
type Figure<'r> = dyn Fn(&str) -> Option<f64> + 'r;

fn column<'r>(
    name: impl Into<String>,
    digits: usize,
    figure: impl Fn(&str) -> Option<f64> + 'r,
) -> Column<'r> {
    Column { name: name.into(), load: String::new(), figure: Box::new(figure), digits }
}

impl Column<'_> {
    fn of(self, load: impl Into<String>) -> Self {
        Self { load: load.into(), ..self }
    }
}

/// All columns are of one load.
fn all_of<'r>(load: &str, columns: impl IntoIterator<Item = Column<'r>>) -> Vec<Column<'r>> {
    columns.into_iter().map(|column| column.of(load)).collect()
}

/// All tables, with what explains them.
pub(super) fn of(report: &Report<'_>) -> String {
    let mut text = String::from("# modelgate beside its peers\n\n");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "Made by `{}` on {}.", report.plan.command, report.machine.described());
    let _ = writeln!(
        text,
        "{} rounds of {} s with a rotating order; {THREADS} threads each, connections kept alive on \
         both sides, no log of requests, one upstream of one thread on a core of its own, as the load \
         has. Medians over the samples \
         during which other work had at most 15 % of the machine; `~` marks a figure without any.\n",
        report.plan.rounds, report.plan.seconds
    );
    for (name, version) in &report.versions {
        let _ = writeln!(text, "- {name}: {version}");
    }
    for (title, columns) in tables(report) {
        let _ = write!(text, "\n## {title}\n\n{}", table(report, &columns));
    }
    text + &calls(report) + &notes(report)
}

fn tables<'r>(report: &'r Report<'_>) -> Vec<(String, Vec<Column<'r>>)> {
    let mut tables = gets(report);
    tables.push((
        format!("Latency at {}/s over 16 connections, ms from the moment due", report.plan.rate),
        latency(report),
    ));
    let singly = |load: &&str| load.contains(" idle") || load.contains(", c=");
    for load in report.samples.loads().into_iter().filter(singly) {
        tables.push((format!("1 KiB GET, {load}"), repeated(report, load)));
    }
    for (title, load) in [("up", "up"), ("up, as a bulk request", "bulk"), ("down", "down")] {
        tables.push((format!("64 MiB {title}"), bodies(report, load)));
    }
    tables.push(("Start and memory".to_owned(), footprints(report)));
    tables
}

fn gets<'r>(report: &'r Report<'_>) -> Vec<(String, Vec<Column<'r>>)> {
    let (samples, base) = (&report.samples, report.base());
    let each = |value: &'static str, digits, to: Option<&'static str>, scale: f64| {
        let loads = report.plan.connections.iter();
        let column = |many: &u32| {
            let load = format!("c{many}");
            let to = to.map(|to| if to == "base" { base } else { to });
            let of = load.clone();
            let figure = move |target: &str| match to {
                Some(to) => samples.ratio(&load, target, to, value),
                None => Some(samples.median(&load, target, value)? * scale),
            };
            column(format!("c={many}"), digits, figure).of(of)
        };
        loads.map(column).collect::<Vec<_>>()
    };
    vec![
        ("Requests/s, 1 KiB GET".to_owned(), each("per_second", 0, None, 1.0)),
        (format!("Requests/s, {base} = 1"), each("per_second", 2, Some("base"), 1.0)),
        ("Requests/s, direct = 1".to_owned(), each("per_second", 2, Some("direct"), 1.0)),
        ("CPU per request, µs".to_owned(), each("cpu", 1, None, 1e6)),
        (format!("CPU per request, {base} = 1"), each("cpu", 2, Some("base"), 1.0)),
    ]
}

fn latency<'r>(report: &'r Report<'_>) -> Vec<Column<'r>> {
    let samples = &report.samples;
    let ranks = ["p50", "p99", "p99.9"];
    let plain =
        ranks.map(|rank| column(rank, 3, move |target: &str| samples.median("rate", target, rank)));
    let added = ranks.map(|rank| {
        column(format!("added {rank}"), 3, move |target: &str| {
            let direct = samples.median("rate", "direct", rank)?;
            (target != "direct").then_some(samples.median("rate", target, rank)? - direct)
        })
    });
    let cpu = column("CPU µs/request", 1, move |target: &str| {
        Some(samples.median("rate", target, "cpu")? * 1e6)
    });
    all_of("rate", plain.into_iter().chain(added).chain([cpu]))
}

fn bodies<'r>(report: &'r Report<'_>, load: &'static str) -> Vec<Column<'r>> {
    let (samples, base) = (&report.samples, report.base());
    let (speed, cpu) = ("mib_per_second", "cpu");
    let ratio = move |to: &'r str, value: &'static str| {
        column(format!("/ {to}"), 2, move |target: &str| samples.ratio(load, target, to, value))
    };
    let columns = vec![
        column("MiB/s", 0, move |target: &str| samples.median(load, target, speed)),
        ratio(base, speed),
        ratio("direct", speed),
        column("CPU ms/GiB", 0, move |target: &str| Some(samples.median(load, target, cpu)? * 1e3)),
        ratio(base, cpu),
    ];
    all_of(load, columns)
}

fn footprints<'r>(report: &'r Report<'_>) -> Vec<Column<'r>> {
    let found = |target: &str| report.footprints.get(target);
    vec![
        column("start to first answer, ms", 1, move |target| Some(found(target)?.cold_start)),
        column("RSS at start, MiB", 1, move |target| Some(found(target)?.at_start)),
        column("after the run, MiB", 1, move |target| Some(found(target)?.after_run)),
        column("idle connections held", 0, move |target| Some(found(target)?.held)),
        column("KiB each", 2, move |target| Some(found(target)?.per_connection)),
        column("after their close, MiB", 1, move |target| Some(found(target)?.after_close)),
    ]
}

fn table(report: &Report<'_>, columns: &[Column<'_>]) -> String {
    let mut text = String::from("| |");
    for column in columns {
        text += &format!(" {} |", column.name);
    }
    text += &format!("\n|---|{}\n", "---:|".repeat(columns.len()));
    for target in ["direct"].into_iter().chain(report.proxies()) {
        let figures: Vec<_> = columns.iter().map(|column| (column.figure)(target)).collect();
        if figures.iter().all(Option::is_none) {
            continue;
        }
        text += &format!("| {target} |");
        for (column, figure) in columns.iter().zip(figures) {
            let mark = if report.samples.is_noisy(&column.load, target) { "~" } else { "" };
            text += &format!(" {mark}{} |", shown(figure, column.digits));
        }
        text.push('\n');
    }
    text
}

fn shown(figure: Option<f64>, digits: usize) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.digits$}"))
}

/// What is done over and over: how often a second, and at what cost.
fn repeated<'r>(report: &'r Report<'_>, load: &str) -> Vec<Column<'r>> {
    let (samples, base) = (&report.samples, report.base());
    let ratio = |to: &'r str, value: &'static str| {
        let load = load.to_owned();
        column(format!("/ {to}"), 2, move |target| samples.ratio(&load, target, to, value))
    };
    let figure = |name: &str, digits, value: &'static str, scale: f64| {
        let load = load.to_owned();
        column(name, digits, move |target| Some(samples.median(&load, target, value)? * scale))
    };
    let columns = vec![
        figure("requests/s", 0, "per_second", 1.0),
        ratio("direct", "per_second"),
        ratio(base, "per_second"),
        figure("CPU µs", 1, "cpu", 1e6),
        ratio(base, "cpu"),
    ];
    all_of(load, columns)
}

/// The calls: those of modelgate ask the upstream as often as they need, those of the others are
/// passed as they are.
fn calls(report: &Report<'_>) -> String {
    let samples = &report.samples;
    let mut text = String::from(
        "\n## Calls, 16 connections\n\n`search`, `get` and `register` are answered by modelgate \
         (identity cached) and passed by the others; `search passed` is the same body on a path \
         that everyone passes. The upstream answers all of them at once, from memory.\n",
    );
    for call in &CALLS {
        let load = call.name;
        let _ = write!(text, "\n### {load}\n\n{}", table(report, &repeated(report, load)));
    }
    let cpu = |load: &str| samples.median(load, "modelgate", "cpu");
    if let Some((ours, passed)) = cpu("search").zip(cpu("search passed")) {
        let ratio = ours / passed;
        let _ = writeln!(text, "\nA search costs modelgate {ratio:.2} × the CPU of passing it.");
    }
    text
}

fn notes(report: &Report<'_>) -> String {
    let mut text = String::from("\n## How far to trust this\n\n");
    let loads = report.samples.loads();
    let worst = loads.iter().map(|load| report.samples.noise(load).2).fold(0.0, f64::max);
    text += &(report.samples.all_noise() + "\n");
    if worst > 0.15 {
        text += "\n**This machine was not quiet**: trust ratios of CPU over requests/s.\n";
    }
    let failures: Vec<String> = report
        .samples
        .failures()
        .map(|sample| format!("{} of {}: {}", sample.load, sample.target, sample.values["failed"]))
        .collect();
    let failed = if failures.is_empty() { "none".to_owned() } else { failures.join(", ") };
    let _ = writeln!(text, "\nFailed requests: {failed}.");
    text
}
