//! A student's folder: where the answers are, and how they become programs.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::time::Duration;
use std::{fs, thread};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{Graded, Record, State};
use crate::{Command, Deadline, Exercise, Options, until};

/// A longer answer is none, in bytes.
const LONGEST: u64 = 1 << 20;

/// How long a compiler may take, the library included.
const COMPILING: Duration = Duration::from_secs(300);

/// What is told of the compiler's messages, in lines.
const TOLD: usize = 40;

/// A folder with answers, and a scratch folder in which they are built. The folder itself is only read.
///
/// - An answer is `exercises/NAME/main.rs`, `NAME/main.rs` or `NAME.rs`, or the same with `.py`.
/// - Nothing else of the folder has a part in it: neither its manifests nor its build scripts nor its tests.
/// - The scratch folder belongs to one submission at a time; it may be used again, so that the library is built once.
#[derive(Debug)]
pub struct Submission {
    folder: PathBuf,
    scratch: PathBuf,
    student: String,
    /// Held as long as this lives.
    _lock: File,
}

/// An answer as it was found.
enum Answer {
    Rust(String),
    Python(PathBuf),
}

impl Submission {
    /// The submission in `folder`, to be built in `scratch` with the workbook in `root`. Waits while another one is
    /// built in that scratch folder, by any program.
    ///
    /// # Errors
    /// When `folder` is none, or `scratch` cannot be written.
    pub fn open(folder: &Path, root: &Path, scratch: &Path) -> io::Result<Submission> {
        let folder = folder.canonicalize()?;
        if !folder.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        fs::create_dir_all(scratch.join("src"))?;
        let lock = File::create(scratch.join("lock"))?;
        lock.lock()?;
        fs::copy(root.join("Cargo.lock"), scratch.join("Cargo.lock"))?;
        let given = fs::read_to_string(root.join("exercises/Cargo.toml"))?;
        fs::write(scratch.join("Cargo.toml"), manifest(&given, root)?)?;
        let student = folder.file_name().unwrap_or(OsStr::new("student")).to_string_lossy().into_owned();
        Ok(Submission { folder, scratch: scratch.to_owned(), student, _lock: lock })
    }

    /// Whose it is.
    #[must_use]
    pub fn student(&self) -> &str {
        &self.student
    }

    /// Builds and checks `exercises`, one after the other; `tell` hears of each when it is done.
    pub fn grade(
        &self,
        exercises: impl IntoIterator<Item = &'static Exercise>,
        options: &Options,
        mut tell: impl FnMut(&Graded),
    ) -> Record {
        let mut graded = Vec::new();
        for exercise in exercises {
            let state = self.state(exercise, options);
            graded.push(Graded { exercise, state });
            graded.last().into_iter().for_each(&mut tell);
        }
        Record { student: self.student.clone(), seed: options.seed, graded }
    }

    fn state(&self, exercise: &'static Exercise, options: &Options) -> State {
        let command = match self.answer(exercise) {
            None => return State::NotBegun,
            Some(Answer::Python(path)) => match Command::python([path.display().to_string()]) {
                Some(command) => command,
                None => {
                    return State::NotBuilt("it is in Python, and this machine has no python3".to_owned());
                }
            },
            Some(Answer::Rust(text)) => match self.build(exercise, &text) {
                Ok(program) => Command::new(program, [""; 0]),
                Err(why) => return State::NotBuilt(why),
            },
        };
        State::Checked(exercise.suite.run(&command, options).outcomes)
    }

    /// The answer, unless it is missing or as it was handed out.
    fn answer(&self, exercise: &Exercise) -> Option<Answer> {
        let name = exercise.name;
        for place in [format!("exercises/{name}/main"), format!("{name}/main"), name.to_owned()] {
            let rust = read(&self.folder.join(format!("{place}.rs")));
            if let Some(text) = rust.filter(|text| text != exercise.starter) {
                return Some(Answer::Rust(text));
            }
            let python = self.folder.join(format!("{place}.py"));
            if read(&python).is_some() {
                return Some(Answer::Python(python));
            }
        }
        None
    }

    fn build(&self, exercise: &Exercise, text: &str) -> Result<PathBuf, String> {
        let name = exercise.name;
        // Each exercise is a program of the scratch package, and its file is written when its turn comes.
        let source = self.scratch.join("src").join(format!("{name}.rs"));
        let target = self.scratch.join("target");
        fs::write(&source, text).map_err(|error| format!("cannot write {}: {error}", source.display()))?;
        let cargo = Process::new("cargo")
            .current_dir(&self.scratch)
            .args(["build", "--quiet", "--color", "never", "--bin", name])
            .env("CARGO_TARGET_DIR", &target)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        let cargo = cargo.map_err(|error| format!("cannot start cargo: {error}"))?;
        compiled(cargo)?;
        Ok(target.join("debug").join(name))
    }
}

/// Waits for the compiler, but not for ever: a program can make it compute without end.
fn compiled(mut cargo: Child) -> Result<(), String> {
    let messages = cargo.stderr.take();
    let reader = thread::Builder::new().name("compiler".into()).spawn(move || {
        let mut text = Vec::new();
        // What it says beyond that is not read by anybody.
        messages.map(|messages| messages.take(LONGEST).read_to_end(&mut text));
        String::from_utf8_lossy(&text).into_owned()
    });
    let mut status = None;
    until(Deadline::after(COMPILING), || {
        status = cargo.try_wait().ok().flatten();
        status.is_some()
    });
    if status.is_none() {
        if let Some(group) = Pid::from_raw(cargo.id().cast_signed()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = cargo.wait();
        return Err(format!("it was not compiled within {} s", COMPILING.as_secs()));
    }
    if status.is_some_and(|status| status.success()) {
        return Ok(());
    }
    let text = reader.ok().and_then(|reader| reader.join().ok()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().take(TOLD).collect();
    Err(lines.join("\n"))
}

/// The text of a regular file of a sensible size.
fn read(path: &Path) -> Option<String> {
    let about = fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() > LONGEST {
        return None;
    }
    fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The manifest of the exercises as one of a package that stands alone, so that no other file of a submission is used.
fn manifest(given: &str, root: &Path) -> io::Result<String> {
    let root = root.canonicalize()?;
    let mut text = String::new();
    for line in given.lines() {
        let line = match line {
            "edition.workspace = true" => "edition = \"2024\"".to_owned(),
            "netkit = { path = \"..\" }" => format!("netkit = {{ path = {:?} }}", root.display().to_string()),
            "[lints]" | "workspace = true" => continue,
            line if line.ends_with(".workspace = true") => continue,
            line => match line.strip_prefix("path = \"").and_then(|path| path.strip_suffix("/main.rs\"")) {
                Some(name) => format!("path = \"src/{name}.rs\""),
                None => line.to_owned(),
            },
        };
        text += &line;
        text.push('\n');
    }
    Ok(text + "\n[workspace]\n")
}
