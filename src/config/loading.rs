//! The layers, laid over each other; what is wrong is collected on the way.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use toml::de::DeTable;
use toml::de::DeValue;

use super::Config;
use super::agreement::disagreements;
use super::flags::Flags;
use super::keys;
use super::keys::Key;
use super::keys::SECTIONS;
use super::problem::ConfigErrors;
use super::problem::Place;
use super::problem::Problem;
use super::value::Written;

/// The variables, in the order in which their problems are told.
pub(super) type Environment = BTreeMap<OsString, OsString>;

/// A configuration in the making.
#[derive(Debug, Default)]
pub(super) struct Loading {
    config: Config,
    places: BTreeMap<&'static str, Place>,
    problems: Vec<Problem>,
}

/// A configuration file that was read.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Loading {
    /// Lays a file over what is there.
    pub(super) fn file(&mut self, path: &Path, named_by: &str) {
        match std::fs::read_to_string(path) {
            Ok(text) => self.text(&File { path, text: &text }),
            Err(error) => self.problem(
                Place::Named(named_by.to_owned()),
                format!("{} cannot be read: {error}", path.display()),
            ),
        }
    }

    /// Lays the variables over what is there.
    pub(super) fn environment(&mut self, environment: &Environment) {
        for (name, value) in environment {
            let name = name.to_string_lossy();
            if is_ours(&name) {
                match value.to_str() {
                    Some(value) => self.variable(&name, value),
                    None => self.named(&name, "is not UTF-8".to_owned()),
                }
            }
        }
    }

    /// Lays the flags over what is there.
    pub(super) fn flags(&mut self, flags: &Flags) {
        for pair in &flags.set {
            match pair.split_once('=') {
                Some((name, value)) => self.flag(&format!("--set {name}"), name, value),
                None => self.named("--set", format!("{pair:?} has no value: write KEY=VALUE")),
            }
        }
        for (flag, name, value) in flags.keys() {
            self.flag(flag, name, value);
        }
    }

    /// The configuration; the rules between keys are asked where each value is right by itself.
    pub(super) fn finish(mut self) -> Result<Config, ConfigErrors> {
        if self.problems.is_empty() {
            for rule in disagreements(&self.config) {
                let place = self.places.get(rule.key).cloned();
                let place = place.unwrap_or_else(|| Place::Named("configuration".to_owned()));
                self.problem(place, rule.text.to_owned());
            }
        }
        if self.problems.is_empty() { Ok(self.config) } else { Err(ConfigErrors(self.problems)) }
    }

    fn text(&mut self, file: &File<'_>) {
        let (table, errors) = DeTable::parse_recoverable(file.text);
        for error in &errors {
            let offset = error.span().map_or(file.text.len(), |span| span.start);
            self.problem(file.place(offset), error.message().to_owned());
        }
        if errors.is_empty() {
            self.table(file, "", table.get_ref());
        }
        self.problems.sort_by(|one, other| one.place.cmp(&other.place));
    }

    fn table(&mut self, file: &File<'_>, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let place = file.place(key.span().start);
            let shown = shown(file.text.get(value.span()).unwrap_or_default());
            match value.get_ref() {
                DeValue::Table(section) if SECTIONS.contains(&name.as_str()) => {
                    self.table(file, &format!("{name}."), section);
                }
                value => self.written(file, &name, value, &shown, place),
            }
        }
    }

    fn written(
        &mut self,
        file: &File<'_>,
        name: &str,
        value: &DeValue<'_>,
        shown: &str,
        place: Place,
    ) {
        let folder = file.path.parent().unwrap_or(Path::new(""));
        match Key::named(name) {
            Some(key) => self.set(key, Written::Toml { value, folder }, shown, place),
            None if SECTIONS.contains(&name) => self.problem(
                place,
                format!("{name}: is a section: write [{name}] with its keys below"),
            ),
            None => self.problem(place, format!("{name}: {}", keys::unknown(name))),
        }
    }

    fn variable(&mut self, name: &str, value: &str) {
        let place = Place::Named(name.to_owned());
        match Key::of_variable(name) {
            Some(key) => self.set(key, Written::Text(value), &shown(&format!("{value:?}")), place),
            None if links_a_service(name, value) => {}
            None => self.problem(place, keys::unknown_variable(name)),
        }
    }

    fn flag(&mut self, flag: &str, name: &str, value: &str) {
        let place = Place::Named(flag.to_owned());
        match Key::named(name) {
            Some(key) => self.set(key, Written::Text(value), &shown(&format!("{value:?}")), place),
            None => self.problem(place, keys::unknown(name)),
        }
    }

    fn set(&mut self, key: &'static Key, value: Written<'_>, shown: &str, place: Place) {
        if let Err(wrong) = (key.set)(&mut self.config, value) {
            let text = format!("{}{shown} {wrong}", place.of_key(key.name));
            self.problem(place.clone(), text);
        }
        self.places.insert(key.name, place);
    }

    fn named(&mut self, name: &str, text: String) {
        self.problem(Place::Named(name.to_owned()), text);
    }

    fn problem(&mut self, place: Place, text: String) {
        self.problems.push(Problem { place, text });
    }
}

impl File<'_> {
    fn place(&self, offset: usize) -> Place {
        Place::in_file(self.path, self.text, offset)
    }
}

/// Whether a variable is meant for the configuration: the tests have variables of their own.
fn is_ours(name: &str) -> bool {
    let foreign = ["MODELGATE_TEST_", "MODELGATE_DIFF_"];
    name.starts_with("MODELGATE_")
        && name != keys::FILE_VARIABLE
        && !foreign.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether Kubernetes made a variable: it does so in every pod beside a service whose name starts with `modelgate`.
fn links_a_service(name: &str, value: &str) -> bool {
    let port = name.split_once("_PORT_").map(|(_, port)| port);
    name.contains("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.ends_with("_PORT") && value.contains("://")
        || port.is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()))
}

/// A value as a message shows it: on one line, not long, without the credentials that a URL may carry.
fn shown(value: &str) -> String {
    let one_line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let safe = match (one_line.find("://"), one_line.rfind('@')) {
        (Some(from), Some(to)) if from + 3 <= to => {
            format!("{}…{}", &one_line[..from + 3], &one_line[to..])
        }
        _ => one_line,
    };
    if safe.chars().count() > LONG {
        safe.chars().take(LONG).chain(['…']).collect()
    } else {
        safe
    }
}

/// How much of a wrong value is shown, in characters.
const LONG: usize = 80;
