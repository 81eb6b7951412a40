//! OpenSearch put together from published artifacts, once, for all stacks of the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use super::maven::{FOLDERS, Folder, SECURITY, VERSION};
use super::settings::Security;
use super::{cache, files, maven};

/// Written last: the recipe, and the size of every file that belongs to the home.
const STAMP: &str = ".complete";

/// The module that the JDK of the Python package cannot run.
const ANALYSIS: &str = "modules/analysis-common";

/// Folders that the server makes where they are missing, in a home that it may not write.
const EXPECTED: [&str; 3] = ["bin", "extensions", "plugins"];

/// The home of a server with or without the Security plugin, for a complete JDK or another.
pub(crate) fn home(security: Security, complete_jdk: bool) -> Result<PathBuf> {
    fs::create_dir_all(cache()).context("cannot create the cache")?;
    let _lock = files::lock(&cache().join(".lock"))?;
    let whole = whole()?;
    let mut without = Vec::new();
    if security == Security::Off {
        without.push(SECURITY);
    }
    if !complete_jdk {
        without.push(ANALYSIS);
    }
    if without.is_empty() { Ok(whole) } else { variant(&whole, &without) }
}

/// The home with everything.
fn whole() -> Result<PathBuf> {
    let home = cache().join(format!("opensearch-{VERSION}"));
    let recipe = maven::recipe();
    if is_sealed(&home, &recipe) {
        return Ok(home);
    }
    let start = Instant::now();
    eprintln!("assembling OpenSearch {VERSION} from Maven artifacts, once: about a minute");
    let partial = files::partial(&home)?;
    let inner = partial.join("home");
    maven::gather(&partial.join("projects"), &inner)?;
    finish(&inner)?;
    put_in_place(&inner, &home, &recipe)?;
    files::remove(&partial)?;
    eprintln!("assembled in {:.0} s", start.elapsed().as_secs_f32());
    Ok(home)
}

/// The home without some folders, made of hard links.
fn variant(whole: &Path, without: &[&str]) -> Result<PathBuf> {
    let names: Vec<&str> = without.iter().filter_map(|path| path.rsplit('/').next()).collect();
    let home = cache().join(format!("opensearch-{VERSION}-without-{}", names.join("-")));
    let recipe = format!("{}without {names:?}", maven::recipe());
    if is_sealed(&home, &recipe) {
        return Ok(home);
    }
    let partial = files::partial(&home)?;
    for file in list(whole)? {
        if file != Path::new(STAMP) && !without.iter().any(|path| file.starts_with(path)) {
            link(&whole.join(&file), &partial.join(&file))?;
        }
    }
    put_in_place(&partial, &home, &recipe)?;
    Ok(home)
}

fn link(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))?;
    Ok(())
}

/// What Maven does not do: descriptors, and no jar twice.
fn finish(home: &Path) -> Result<()> {
    let own = artifacts(&home.join("lib"))?;
    for folder in &FOLDERS {
        let path = home.join(folder.path);
        if folder.path != "lib" {
            leave_out(&path, &own)?;
        }
        if let Some(class) = folder.class {
            files::write(
                &path.join("plugin-descriptor.properties"),
                &descriptor(folder, class),
                0o644,
            )?;
        }
    }
    free_of_extensions(&home.join(SECURITY).join("plugin-descriptor.properties"))
}

/// The node refuses a module that brings a jar which the server has in whatever version.
fn leave_out(folder: &Path, own: &BTreeSet<String>) -> Result<()> {
    for name in list(folder)? {
        if artifact(&name).is_some_and(|artifact| own.contains(&artifact)) {
            fs::remove_file(folder.join(name))?;
        }
    }
    Ok(())
}

fn artifacts(folder: &Path) -> Result<BTreeSet<String>> {
    Ok(list(folder)?.iter().filter_map(|name| artifact(name)).collect())
}

/// `netty-buffer` of `netty-buffer-4.2.7.Final.jar`.
fn artifact(jar: &Path) -> Option<String> {
    let name = jar.file_name()?.to_str()?.strip_suffix(".jar")?;
    let is_version = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    let dash = name.match_indices('-').find(|(at, _)| is_version(&name[at + 1..]));
    Some(name[..dash.map_or(name.len(), |(at, _)| at)].to_owned())
}

fn descriptor(folder: &Folder, class: &str) -> String {
    let name = folder.path.rsplit('/').next().unwrap_or(folder.path);
    format!(
        "description={name}\nversion={VERSION}\nname={name}\nclassname={class}\njava.version=21\n\
         opensearch.version={VERSION}\nextended.plugins=\nhas.native.controller=false\n"
    )
}

/// The plugin names a module that is not published, and does without.
fn free_of_extensions(descriptor: &Path) -> Result<()> {
    let content =
        fs::read_to_string(descriptor).context("the Security plugin has no descriptor")?;
    let extends = |line: &str| line.starts_with("extended.plugins=");
    let lines = content.lines().map(|line| if extends(line) { "extended.plugins=" } else { line });
    files::write(descriptor, &(lines.collect::<Vec<_>>().join("\n") + "\n"), 0o644)
}

fn put_in_place(partial: &Path, home: &Path, recipe: &str) -> Result<()> {
    for folder in EXPECTED {
        files::folder(&partial.join(folder))?;
    }
    files::write(&partial.join(STAMP), &seal(partial, recipe)?, 0o644)?;
    files::remove(home)?;
    fs::rename(partial, home).with_context(|| format!("cannot create {}", home.display()))
}

fn is_sealed(home: &Path, recipe: &str) -> bool {
    let stamp = fs::read_to_string(home.join(STAMP)).ok();
    let is_whole = stamp.is_some() && stamp == seal(home, recipe).ok();
    is_whole && EXPECTED.iter().all(|folder| home.join(folder).is_dir())
}

fn seal(home: &Path, recipe: &str) -> Result<String> {
    let mut seal = recipe.to_owned();
    for file in list(home)? {
        if file != Path::new(STAMP) {
            let size = home.join(&file).metadata()?.len();
            seal += &format!("{size} {}\n", file.display());
        }
    }
    Ok(seal)
}

/// Every file below a folder, in order.
fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).with_context(|| format!("no {}", next.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder)?.to_path_buf());
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jar_is_of_its_artifact_in_whatever_version() {
        let of = |name: &str| artifact(Path::new(name));

        assert_eq!(of("netty-buffer-4.2.7.Final.jar").as_deref(), Some("netty-buffer"));
        assert_eq!(of("log4j-core-2.21.0.jar").as_deref(), Some("log4j-core"));
        assert_eq!(of("lucene-spatial3d-10.3.2.jar").as_deref(), Some("lucene-spatial3d"));
        assert_eq!(of("plugin-descriptor.properties"), None);
    }
}
