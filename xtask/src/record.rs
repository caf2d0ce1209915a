//! `cargo xtask record`: the book's transcripts, recorded again.
//!
//! The tests' module `recordings` runs each command of the book and compares what it
//! prints with the file under `book/recordings`. With `RECORD=1` it writes the
//! file instead. What changed is then git's to say.

use crate::{say, workspace};
use anyhow::{Context, Result, ensure};
use std::process::{Command, ExitCode};

/// Where the transcripts are, seen from the workspace's folder.
const RECORDINGS: &str = "book/recordings";

/// Records, then lists the files that differ from the last commit.
///
/// # Errors
/// When cargo or git cannot be run, or a recording fails.
pub(crate) fn run() -> Result<ExitCode> {
    let status = workspace::cargo()
        .args(["test", "--test", "book", "--", "recordings::", "traces::"])
        .env("RECORD", "1")
        .status()
        .context("cannot run cargo (is it on the PATH?)")?;
    // Before the verdict: a run that failed half way has changed files as well.
    let changed = changed_files()?;
    for line in changed.lines() {
        say(line)?;
    }
    ensure!(
        status.success(),
        "recording failed: `RECORD=1 cargo test --test book -- recordings:: traces::` ended with {status}; its output is above"
    );
    match changed.lines().count() {
        0 => say(format!("recorded: nothing under {RECORDINGS} changed"))?,
        n => say(format!(
            "recorded: {n} changed under {RECORDINGS}; read the difference with `git diff {RECORDINGS}`"
        ))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// `git status --porcelain` of the recordings, one file a line.
fn changed_files() -> Result<String> {
    let output = Command::new("git")
        .current_dir(workspace::root())
        .args(["status", "--porcelain", "--untracked-files=all", "--", RECORDINGS])
        .output()
        .context("cannot run git to see what changed (try: apt-get install git)")?;
    ensure!(
        output.status.success(),
        "git cannot say what changed under {RECORDINGS}: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
