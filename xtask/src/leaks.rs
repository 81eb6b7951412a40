//! `cargo xtask leaks`: takes each rewriting and each refusal of searches away, one at a time, and counts the searches
//! that the law needs to find what then leaks.
//!
//! A copy of the tree, as it is committed, is changed so that what is named in a file is not done; no source is.

mod edits;
mod switches;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use self::edits::EDITS;
use self::switches::{CASES, Case, Found};
use crate::stack::gate::cargo;
use crate::stack::settings::Security;
use crate::stack::{interrupt, workspace};
use crate::test::live::Live;

const DIR: &str = "target/leaks";

/// Show that the law finds what leaks where one rewriting or refusal of searches is taken away.
#[derive(Debug, Args)]
pub(crate) struct Leaks {
    /// What to take away, one at a time; everything without any.
    #[arg(value_parser = switches::names())]
    names: Vec<String>,
    /// The first seed of the law.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// After so many searches it counts as not found, whether it concerns them or not.
    #[arg(long, default_value_t = 20_000)]
    searches: u32,
    /// After so many searches that it concerns it counts as not found.
    #[arg(long, default_value_t = 600)]
    concerned: u32,
}

impl Leaks {
    /// Runs the law with each of them, and prints a table.
    pub(crate) fn run(self) -> Result<()> {
        interrupt::watch()?;
        let tree = Tree::changed()?;
        let mut live = Live::of(&Path::new(DIR).join("stack"), Some(tree.build()?))?;
        let outcome = self.table(&tree, &mut live);
        let stopped = live.stop();
        outcome.and(stopped)
    }

    fn table(&self, tree: &Tree, live: &mut Live) -> Result<()> {
        let is_chosen =
            |case: &&Case| self.names.is_empty() || self.names.iter().any(|name| name == case.name);
        let mut surprises = Vec::new();
        println!(
            "| taken away | found | searches that it concerns | of so many made |\n|---|---|---|---|"
        );
        for case in CASES.iter().filter(is_chosen) {
            interrupt::check()?;
            fs::write(&tree.off, case.off).context("cannot say what is taken away")?;
            let (is_found, searches) = self.law(case, tree.cargo(), live)?;
            let said = match case.found {
                _ if is_found => "yes".to_owned(),
                Found::ByLaw => "no".to_owned(),
                Found::Not(why) => format!("no: {why}"),
            };
            println!("| {} | {said} | {} |", case.name, searches.replace(" of ", " | "));
            if is_found != (case.found == Found::ByLaw) {
                surprises.push(case.name);
            }
        }
        ensure!(surprises.is_empty(), "not as expected: {}", surprises.join(", "));
        Ok(())
    }

    /// Whether the law is broken, and after how many searches of how many that ends.
    fn law(&self, case: &Case, mut cargo: Command, live: &mut Live) -> Result<(bool, String)> {
        let set: &[&str] = if case.constant { &["scoring=constant"] } else { &[] };
        let output = cargo
            .args(["test", "--quiet", "--test", "law", "--", "--include-ignored", "--nocapture"])
            .args(["--exact", "law::hidden_groups_do_not_show"])
            .envs(live.environment(set, Security::On)?)
            .env("LAW_SCORING", if case.constant { "constant" } else { "relevance" })
            .env("LAW_SEED", self.seed.to_string())
            .env("LAW_CASES", self.searches.to_string())
            .env("LAW_SENT", self.concerned.to_string())
            .env("LAW_SHRINK", "off")
            .stderr(Stdio::piped())
            .output()
            .context("cannot run cargo")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let log = workspace().join(DIR).join(format!("{}.log", case.off.replace(['/', ' '], "-")));
        fs::write(&log, [&*output.stdout, &*output.stderr].concat())
            .context("cannot keep what the law says")?;
        let counted = |start| {
            let line = said.lines().find_map(|line| line.strip_prefix(start));
            line.and_then(|line| line.split_once(" searches")).map(|(count, _)| count.to_owned())
        };
        match (counted("told after "), counted("kept in ")) {
            (Some(count), None) => Ok((true, count)),
            (None, Some(count)) if output.status.success() => Ok((false, count)),
            _ => bail!("the law failed otherwise:\n{said}"),
        }
    }
}

/// A copy of the tree, in which what the file `off` names is not done.
struct Tree {
    dir: PathBuf,
    off: PathBuf,
}

impl Tree {
    fn changed() -> Result<Self> {
        let dir = workspace().join(DIR).join("tree");
        let status = Command::new("git")
            .args(["checkout-index", "--all", "--force"])
            .arg(format!("--prefix={}/", dir.display()))
            .current_dir(workspace())
            .status();
        ensure!(status.context("cannot run git")?.success(), "the tree cannot be copied");
        let tree = Self { off: dir.join("off"), dir };
        fs::write(tree.dir.join("src/search/judge/spared.rs"), include_str!("leaks/spared.rs"))?;
        EDITS.iter().try_for_each(|edit| tree.edit(edit))?;
        Ok(tree)
    }

    fn edit(&self, [file, from, to]: &[&str; 3]) -> Result<()> {
        let path = self.dir.join(file);
        let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        let found = text.matches(from).count();
        ensure!(found == 1, "{file} has {found} times what `leaks` changes: {from}");
        fs::write(&path, text.replace(from, to)).with_context(|| format!("{}", path.display()))
    }

    /// Cargo, for this tree; most of the time goes into making searches.
    fn cargo(&self) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(&self.dir).env("CARGO_TARGET_DIR", built());
        cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_DEBUG", "0");
        cargo
    }

    fn build(&self) -> Result<PathBuf> {
        let build = self.cargo().args(["build", "--quiet", "--bin", "modelgate"]).status();
        ensure!(
            build.context("cannot run cargo")?.success(),
            "the changed modelgate does not build"
        );
        Ok(built().join("debug/modelgate"))
    }
}

/// Where changed trees are built.
fn built() -> PathBuf {
    workspace().join(DIR).join("build")
}
