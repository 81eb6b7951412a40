//! Ways to load a configuration in a test.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use super::*;

/// A configuration file in a folder of its own, gone with the value.
pub(super) struct Scratch(String);

impl Scratch {
    pub(super) fn file(text: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("modelgate-config-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("modelgate.toml");
        std::fs::write(&path, text).unwrap();
        Self(path.into_os_string().into_string().unwrap())
    }

    pub(super) fn path(&self) -> &str {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let folder = std::path::Path::new(&self.0).parent().unwrap();
        std::fs::remove_dir_all(folder).unwrap();
    }
}

/// Loads with these words on the command line and these variables.
pub(super) fn read(flags: &[&str], environment: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let flags = Flags::parse_from(["modelgate"].iter().chain(flags));
    Config::load(&flags, environment.iter().map(|(name, value)| (name.into(), value.into())))
}

/// Loads with `--set` before each of these.
pub(super) fn by_flags(pairs: &[&str]) -> Result<Config, ConfigErrors> {
    let flags: Vec<&str> = pairs.iter().flat_map(|pair| ["--set", pair]).collect();
    read(&flags, &[])
}

/// Loads with these as variables: `identity.cache=1s` as `MODELGATE_IDENTITY_CACHE`.
pub(super) fn by_variables(pairs: &[&str]) -> Result<Config, ConfigErrors> {
    let name = |key: &str| format!("MODELGATE_{}", key.to_uppercase().replace('.', "_")).into();
    let pairs = pairs.iter().filter_map(|pair| pair.split_once('='));
    Config::load(&Flags::default(), pairs.map(|(key, value)| (name(key), value.into())))
}

pub(super) fn from_file(text: &str) -> Result<Config, ConfigErrors> {
    read(&["--config", Scratch::file(text).path()], &[])
}

/// `identity.cache=1s` as a line of the file.
pub(super) fn toml_of(pairs: &[&str]) -> String {
    let pairs = pairs.iter().filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| format!("{key} = {}\n", toml_value(key, value))).collect()
}

fn toml_value(key: &str, value: &str) -> String {
    let is_bare = ["false", "true"].contains(&value) || value.parse::<u32>().is_ok();
    let is_list = key.ends_with("_roles") || key == "upstream.url" || value == "users,opensearch";
    let items: Vec<_> = value.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    match (is_bare, is_list) {
        (true, _) => value.to_owned(),
        (_, true) => format!("{items:?}"),
        (false, false) => format!("{value:?}"),
    }
}

/// Takes the file's folder from the paths, as those of variables and flags have none.
pub(super) fn without_folder(mut config: Config, like: &Config) -> Config {
    let upstream = &mut config.upstream;
    for (path, like) in [
        (&mut config.tls.certificate, &like.tls.certificate),
        (&mut config.tls.key, &like.tls.key),
        (&mut upstream.ca, &like.upstream.ca),
        (&mut upstream.certificate, &like.upstream.certificate),
        (&mut upstream.key, &like.upstream.key),
        (&mut upstream.password_file, &like.upstream.password_file),
        (&mut config.identity.users, &like.identity.users),
    ] {
        let same =
            path.as_ref().zip(like.as_ref()).is_some_and(|(path, like)| path.ends_with(like));
        if same {
            path.clone_from(like);
        }
    }
    config
}
