//! The node's own routes: the paths that its REST handlers register, read from their class files
//! in the node's folder, and their methods, which the node tells (`OPTIONS`, header `Allow`).

mod jar;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::world::World;

/// What every class with routes of its own refers to.
const MARKS: [&str; 3] = [
    "org/opensearch/rest/RestHandler$Route",
    "org/opensearch/rest/RestHandler$ReplacedRoute",
    "org/opensearch/rest/RestHandler$DeprecatedRoute",
];

/// Classes of which a path is no route: it is pieced together where nobody can call it.
const NO_ROUTES: [&str; 2] =
    ["extensions/rest/RestSendToExtensionAction", "extensions/rest/RestInitializeExtensionAction"];

/// A path and a method that the node answers.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
}

/// All routes of the node.
pub(crate) fn of_the_node(world: &World) -> BTreeSet<Route> {
    let paths: BTreeSet<String> = jars(&world.home()).iter().flat_map(|jar| paths(jar)).collect();
    let mut routes = BTreeSet::new();
    for path in paths {
        for method in world.methods(&filled(&path)) {
            routes.insert(Route { method, path: path.clone() });
        }
    }
    routes
}

fn jars(home: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the node's folder can be read");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    };
    let folders = [vec![home.join("lib")], list(&home.join("modules"))].concat();
    let files = folders.iter().flat_map(|folder| list(folder));
    let is_own = |jar: &PathBuf| {
        let name = jar.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".jar") && !name.starts_with("lucene-")
    };
    files.filter(is_own).collect()
}

/// The paths in the class files of a jar that have to do with routes.
fn paths(jar: &Path) -> Vec<String> {
    let is_a_handler = |class: &jar::Class| {
        MARKS.iter().any(|mark| class.names.iter().any(|name| name.contains(mark)))
            && !NO_ROUTES.iter().any(|name| class.file.contains(name))
    };
    let handlers = jar::classes(jar).into_iter().filter(is_a_handler);
    handlers.flat_map(|class| class.texts).filter_map(|text| path(&text)).collect()
}

/// The path that a text of a handler is. `RestController` takes those without a slash, too.
fn path(text: &str) -> Option<String> {
    let is_of_a_path = |sign: char| sign.is_ascii_alphanumeric() || "/_{}.".contains(sign);
    let is_path = text.starts_with('/') || text.starts_with('_') && text.contains('/');
    let is_path = is_path && text.chars().all(is_of_a_path);
    is_path.then(|| format!("/{}", text.trim_matches('/')))
}

/// The path with something in its placeholders.
fn filled(path: &str) -> String {
    let fill =
        |segment: &str| if segment.starts_with('{') { "x".to_owned() } else { segment.to_owned() };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}
