//! A student's file becomes a program, by the cargo that everybody uses.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use lab::Exercise;

use super::session::{Session, Trouble};
use super::text;
use super::workbook::Workbook;

/// After this time it is said that cargo works.
const SILENCE: Duration = Duration::from_secs(2);

/// Builds the exercise's program. The compiler's words go to stderr as they are, with its colours.
///
/// # Errors
/// When the file is missing or does not compile, or there is no cargo.
pub fn build(session: &Session, workbook: &Workbook, exercise: &Exercise) -> Result<PathBuf, Trouble> {
    let file = workbook.main(exercise);
    if !file.is_file() {
        let values: &[(&str, &dyn std::fmt::Display)] =
            &[("file", &workbook.shown(&file)), ("name", &exercise.name)];
        return Err(Trouble::Failed(session.fill(text::NO_FILE, values)));
    }
    let no_cargo = |error| Trouble::Failed(session.fill(text::NO_CARGO, &[("why", &error)]));
    let mut cargo = cargo()
        .current_dir(&workbook.root)
        .args(["build", "--quiet", "--package", "exercises", "--bin", exercise.name])
        // Where the program is, as data on stdout.
        .args(["--message-format", "json-render-diagnostics"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(no_cargo)?;
    let (sender, programs) = channel();
    let stdout = cargo.stdout.take();
    let reader = thread::Builder::new().name("cargo".into()).spawn(move || {
        let lines =
            stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines()).map_while(Result::ok);
        // The last one is the program asked for; those before it are libraries and build scripts.
        let _ = sender.send(lines.filter_map(|line| program(&line)).last());
    });
    let told = match programs.recv_timeout(SILENCE) {
        Err(RecvTimeoutError::Timeout) => {
            session.note(session.fill(text::STILL_BUILDING, &[]));
            programs.recv().ok().flatten()
        }
        told => told.ok().flatten(),
    };
    let status = cargo.wait().map_err(no_cargo)?;
    let _ = reader.map_err(no_cargo)?.join();
    match told.filter(|_| status.success()) {
        Some(program) => Ok(program),
        None => Err(Trouble::Failed(session.fill(text::NOT_COMPILED, &[("file", &workbook.shown(&file))]))),
    }
}

/// The cargo that has started us, or the one in `PATH`.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or(OsString::from("cargo")))
}

/// The program in one of cargo's lines.
fn program(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    message.get("executable")?.as_str().map(PathBuf::from)
}
