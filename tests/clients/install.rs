//! The clients, installed once, exactly as `requirements.txt` and `package-lock.json` name them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whose clients.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Language {
    JavaScript,
    Python,
}

impl Language {
    /// A command that does the steps on its standard input, once its clients are there.
    pub(crate) fn command(self) -> Command {
        let folder = self.installed();
        match self {
            Self::JavaScript => {
                let mut command = Command::new("node");
                command.arg(sources().join("js/run.mjs")).current_dir(folder);
                command
            }
            Self::Python => {
                let mut command = Command::new(folder.join("bin/python"));
                command.arg("-I").arg(sources().join("python/run.py"));
                command
            }
        }
    }

    /// The folder of the clients. A mark says what is in it, and is written last: a half
    /// installation is made anew, and so is one for another lock file or another interpreter.
    fn installed(self) -> PathBuf {
        let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/cache/clients");
        fs::create_dir_all(&cache).expect("a folder in target");
        let lock = File::create(cache.join(".lock")).expect("a file for the lock");
        lock.lock().expect("a lock");

        let (name, pinned) = match self {
            Self::JavaScript => ("js", "js/package-lock.json"),
            Self::Python => ("python", "python/requirements.txt"),
        };
        let pinned = fs::read_to_string(sources().join(pinned)).expect("the pinned versions");
        let wanted = format!("{}\n{pinned}", self.interpreter());
        let (folder, mark) = (cache.join(name), cache.join(format!("{name}.installed")));
        if fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
            return folder;
        }

        let _ = fs::remove_file(&mark);
        let _ = fs::remove_dir_all(&folder);
        match self {
            Self::JavaScript => install_js(&folder),
            Self::Python => install_python(&folder),
        }
        fs::write(&mark, wanted).expect("the mark");
        folder
    }

    /// The version of what runs the scripts.
    fn interpreter(self) -> String {
        match self {
            Self::JavaScript => said(Command::new("node").arg("--version"), NODE),
            Self::Python => {
                let script = "import sys; assert sys.version_info >= (3, 11), sys.version; \
                              print(sys.executable, sys.version)";
                said(Command::new("python3").args(["-c", script]), PYTHON)
            }
        }
    }
}

const NODE: &str = "node and npm: `apt-get install nodejs npm`";
const PYTHON: &str = "python3 3.11 or newer with its venv: `apt-get install python3 python3-venv`";

fn install_js(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder in the cache");
    for name in ["package.json", "package-lock.json"] {
        fs::copy(sources().join("js").join(name), folder.join(name)).expect("a file in the cache");
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    said(Command::new("npm").args(arguments).current_dir(folder), NODE);
}

fn install_python(folder: &Path) {
    said(Command::new("python3").args(["-m", "venv"]).arg(folder), PYTHON);
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    said(pip.arg("-r").arg(sources().join("python/requirements.txt")), PYTHON);
}

/// What a command says on its standard output.
fn said(command: &mut Command, needs: &str) -> String {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Ok(output) => panic!("{command:?}: {} (it needs {needs})", output.status),
        Err(error) => panic!("{command:?}: {error}. The clients need {needs}"),
    }
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}
