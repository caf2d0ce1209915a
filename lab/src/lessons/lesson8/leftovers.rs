//! What must not be left of a program with children: processes and files.

use super::lines::{next, process, run};
use crate::{Failure, Signal, Trial, until};

/// Ends in order, and nothing is left of it.
pub(crate) fn nothing(trial: &mut Trial, arguments: &[&str]) -> Result<(), Failure> {
    let run = run(trial, arguments)?;
    let left = || run.subject.companions();
    if !until(trial.deadline().shortly(), || left().is_empty()) {
        let why = format!("the program has ended, but its child processes go on: {:?}", left());
        return Err(run.failure(why));
    }
    let left: Vec<String> = std::fs::read_dir(trial.folder())?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    Err(run.failure(format!("it has left files behind in TMPDIR: {}", left.join(", "))))
}

/// Killed (SIGKILL) after a line that begins with `begin` and names one of its children, the program leaves no orphans.
pub(crate) fn no_orphans(
    trial: &mut Trial,
    arguments: &[&str],
    begin: &str,
    word: &str,
) -> Result<(), Failure> {
    let subject = trial.start("", arguments, false)?;
    let lines = next(trial, &subject, begin, 1)?;
    let child = process(&lines[0].1, word)?;
    subject.signal(Signal::KILL);
    subject.wait(trial.deadline())?;
    let gone = || subject.companions().is_empty();
    if until(trial.deadline().shortly(), gone) {
        return Ok(());
    }
    let why = format!(
        "the program was killed (SIGKILL), and its child processes go on without it, among them {child}: orphans. A child \
         can ask the kernel to be told of its parent's end (PR_SET_PDEATHSIG), or wait for the end of a pipe"
    );
    Err(subject.explain(Failure::new(why)))
}
