//! What the README says, as data.

use std::fs;
use std::path::Path;

/// A command and the answer that is shown below it.
#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) name: String,
    pub(crate) command: String,
    pub(crate) answer: String,
}

/// The examples: `<!-- example: NAME -->`, then a block of `bash`, then one of `json`.
pub(crate) fn examples() -> Vec<Example> {
    let readme = text();
    let marked = readme.split("<!-- example: ").skip(1);
    marked.map(|text| example(text).unwrap_or_else(|| panic!("no example:\n{text}"))).collect()
}

fn example(text: &str) -> Option<Example> {
    let (name, rest) = text.split_once(" -->\n")?;
    let (command, rest) = block(rest, "bash")?;
    let (answer, _) = block(rest, "json")?;
    Some(Example { name: name.to_owned(), command: command.to_owned(), answer: answer.to_owned() })
}

/// The fenced block that comes next, if it is of this language, and what follows it.
fn block<'t>(text: &'t str, language: &str) -> Option<(&'t str, &'t str)> {
    let (_, rest) = text.split_once("```")?;
    rest.strip_prefix(language)?.strip_prefix('\n')?.split_once("\n```")
}

/// The rows of the first table under a heading, without its head.
pub(crate) fn table(heading: &str) -> Vec<Vec<String>> {
    let readme = text();
    let (_, section) = readme.split_once(&format!("\n## {heading}\n")).expect(heading);
    let lines = section.lines().skip_while(|line| !line.starts_with('|'));
    lines.take_while(|line| line.starts_with('|')).skip(2).map(cells).collect()
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The keys of the README's table and their defaults.
pub(crate) fn keys() -> Vec<(String, String)> {
    let code = |cell: &str| cell.trim_matches('`').to_owned();
    let rows = table("Configuration");
    rows.into_iter().map(|row| (code(&row[0]), code(&row[1]))).collect()
}

/// The keys of `config/modelgate.toml` and their defaults; a key in a comment has none.
pub(crate) fn keys_of_the_file() -> Vec<(String, String)> {
    let file = fs::read_to_string(root().join("config/modelgate.toml")).unwrap();
    let mut section = String::new();
    let mut keys = Vec::new();
    for line in file.lines() {
        if let Some((name, _)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
            section = format!("{name}.");
        }
        let (line, has_default) = match line.strip_prefix("# ") {
            Some(line) => (line, false),
            None => (line, true),
        };
        let Some((name, rest)) = line.split_once(" = ") else { continue };
        if name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            let value = if has_default { value(rest) } else { "" };
            keys.push((format!("{section}{name}"), value.to_owned()));
        }
    }
    keys
}

/// A TOML value, without the comment behind it.
fn value(rest: &str) -> &str {
    let mut quoted = false;
    let comment = rest.find(|c| {
        quoted ^= c == '"';
        c == '#' && !quoted
    });
    rest[..comment.unwrap_or(rest.len())].trim()
}

/// What Markdown links point to within the project.
pub(crate) fn links() -> Vec<String> {
    let readme = text();
    let targets = readme.split("](").skip(1).filter_map(|text| text.split_once(')'));
    let targets = targets.map(|(target, _)| target.split('#').next().unwrap_or_default());
    targets.filter(|link| !link.is_empty() && !link.contains("://")).map(str::to_owned).collect()
}

fn text() -> String {
    fs::read_to_string(root().join("README.md")).expect("the README")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
