//! What is lost at the end of a process.

use super::{await_line, expect_no_children, expect_once, to_the_end};
use crate::{Failure, Stream, Subject, Trial, proc};

/// All that it prints. The daemon's work is long: who waits for it does not end in time.
fn run(trial: &Trial) -> Result<(Subject, Vec<String>), Failure> {
    let subject = trial.start("", &[], false)?;
    await_line(trial, &subject, "main ends")?;
    // An interpreter may still wait for its foreground threads.
    let ended = subject.wait(trial.deadline().shortly());
    ended.map_err(|failure| failure.when("`main ends` was printed, and nobody should wait for a daemon"))?;
    let printed = to_the_end(trial, &subject)?;
    Ok((subject, printed))
}

pub(super) fn worker(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], false)?;
    // To start takes its time; what follows does not.
    await_line(trial, &subject, "worker: first line")?;
    let lines = ["worker: first line", "worker: last line", "worker: cleaned up", "main ends"];
    let printed = || subject.tail(Stream::Stdout, usize::MAX);
    crate::until(trial.deadline().shortly(), || {
        !subject.is_alive() || lines.iter().all(|line| printed().iter().any(|printed| printed == line))
    });
    expect_once(&subject, &printed(), &lines.map(str::to_owned))
}

pub(super) fn is_cut(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, printed) = run(trial)?;
    expect_once(&subject, &printed, &["daemon: first line".into()])?;
    for never in ["daemon: last line", "daemon: cleaned up"] {
        if printed.iter().any(|line| line == never) {
            let why =
                format!("`{never}` was printed: somebody has waited for the daemon, or it had no work left");
            return Err(subject.explain(Failure::new(why)));
        }
    }
    Ok(())
}

pub(super) fn real(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], false)?;
    await_line(trial, &subject, "worker: first line")?;
    expect_no_children(&subject)?;
    // The worker may have ended when we look; the daemon is there until the end.
    let threads = proc::threads(subject.pid()).unwrap_or(0);
    if threads == 1 {
        return Err(Failure::new(
            "the process has only one thread while the worker and the daemon should run",
        ));
    }
    Ok(())
}
