//! A configuration file: any text is a configuration, or errors that say where.

use std::path::PathBuf;

use modelgate::config::{Config, Flags};

/// Fails where a problem does not say its place, or one reading is not as the other.
pub fn check(text: &[u8]) {
    let path = std::env::temp_dir().join(format!("modelgate-fuzz-{}.toml", std::process::id()));
    std::fs::write(&path, text).expect("a file that can be written");
    let load = || Config::load(&Flags { config: Some(path.clone()), ..Flags::default() }, []);
    let loaded = load();
    assert_eq!(loaded.as_ref().ok(), load().as_ref().ok());
    if let Err(problems) = loaded {
        let lines = 1 + text.iter().filter(|byte| **byte == b'\n').count();
        problems.to_string().lines().for_each(|problem| check_problem(problem, &path, lines));
    }
}

/// `FILE:LINE: …`, or what named the file.
fn check_problem(problem: &str, path: &PathBuf, lines: usize) {
    assert!(!problem.chars().any(char::is_control), "{problem:?}");
    let Some(rest) = problem.strip_prefix(&format!("{}:", path.display())) else {
        let is_named = problem.starts_with("--config: ") || problem.starts_with("configuration: ");
        return assert!(is_named, "{problem}");
    };
    let (line, what) = rest.split_once(": ").expect("a line and what is wrong there");
    let line: usize = line.parse().expect("the number of a line");
    assert!((1..=lines).contains(&line), "{problem}");
    assert!(!what.trim().is_empty(), "{problem}");
}
