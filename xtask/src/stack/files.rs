//! Small things done to files and folders.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Waits for the lock at `path` and holds it until the file is dropped.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).with_context(|| format!("cannot open {}", path.display()))?;
    if file.try_lock().is_err() {
        eprintln!("waiting for another xtask that holds {}", path.display());
        file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(file)
}

/// Removes a folder or a file with all that is in it, if it is there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Creates a folder that everyone may enter, with its parents.
pub(crate) fn folder(path: &Path) -> Result<()> {
    folder_for(path, 0o755)
}

/// Creates a folder with these permissions, and its parents.
pub(crate) fn folder_for(path: &Path, mode: u32) -> Result<()> {
    fs::create_dir_all(path)
        .and_then(|()| fs::set_permissions(path, Permissions::from_mode(mode)))
        .with_context(|| format!("cannot create {}", path.display()))
}

/// Writes a whole file, or leaves the old one as it was.
pub(crate) fn write(path: &Path, content: &str, mode: u32) -> Result<()> {
    let partial = path.with_added_extension("partial");
    let written = remove(&partial).and_then(|()| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&partial)?;
        file.set_permissions(Permissions::from_mode(mode))?;
        file.write_all(content.as_bytes())?;
        fs::rename(&partial, path)?;
        Ok(())
    });
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// A path beside `path` to fill and rename into place. Nobody else has it: what a killed command
/// left is removed, but its own children may still be writing there.
pub(crate) fn partial(path: &Path) -> Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!("{name}.partial-");
    let folder = path.parent().unwrap_or(path);
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            drop(remove(&entry.path()));
        }
    }
    Ok(folder.join(format!("{prefix}{}", std::process::id())))
}

/// Reads a file that may be absent.
pub(crate) fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The last lines of a log, for a message about why something failed.
pub(crate) fn tail(path: &Path, lines: usize) -> String {
    let content = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&content);
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
