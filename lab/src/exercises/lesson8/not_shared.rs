//! not-shared: each process has a list of its own.

use std::time::Duration;

use crate::lessons::lesson8::child::Child;
use crate::lessons::lesson8::isolation::{ending_is_last, own_list, own_process};
use crate::lessons::lesson8::leftovers;
use crate::lessons::lesson8::lines::{finish, run};
use crate::{Check, Failure, Subject, Suite, Trial, proc, until};

pub(super) static NOT_SHARED: Suite = Suite {
    name: "not-shared",
    about: "Each child process appends to a list; the parent's stays empty",
    checks: &[
        Check {
            name: "own-process",
            points: 2,
            means: "Threads are in one process and share its memory. Children are processes, each with its own pid.",
            run: own_process,
        },
        Check {
            name: "all-at-once",
            points: 1,
            means: "Children run side by side when all are started before one is waited for.",
            run: all_at_once,
        },
        Check {
            name: "own-list",
            points: 2,
            means: "A process has memory of its own: what a child appends, only that child sees.",
            run: own_list,
        },
        Check {
            name: "parents-list",
            points: 2,
            means: "What the children did to their lists did not happen to the parent's.",
            run: parents_list,
        },
        Check {
            name: "ending-is-last",
            points: 2,
            means: "The parent's list is empty at the end, when all have appended: printed before that, it proves nothing.",
            run: ending_is_last,
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "When the program has ended, its children have.",
            run: |trial| leftovers::nothing(trial, &["--count", "3"]),
        },
    ],
};

fn parents_list(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(2, 6).to_string();
    let run = run(trial, &["--count", &count])?;
    let list = run.after("ending ")?;
    if list == "[]" {
        return Ok(());
    }
    Err(run.failure(format!(
        "the parent's own list must be empty, not {list}: nobody has appended to it, each child has a list of its own"
    )))
}

/// A child lives for a moment only, and may be missed each time; then nothing is said.
fn all_at_once(trial: &mut Trial) -> Result<(), Failure> {
    const RUNS: usize = 10;
    for _ in 0..RUNS {
        if side_by_side(trial)? {
            break;
        }
    }
    Ok(())
}

/// Runs the program, and says whether a second child was seen beside one that was stopped. A parent that waits for the
/// stopped one, and starts another when that has gone on, has made the mistake. One that waits for the last of all has not.
fn side_by_side(trial: &mut Trial) -> Result<bool, Failure> {
    let subject = trial.start("", &["--count", "40"], false)?;
    let parent = subject.pid();
    let another = |than: u32| proc::children(parent).is_ok_and(|all| all.iter().any(|&pid| pid != than));
    // Until its child is the program that it is to become, a parent can do nothing (vfork(2), state D).
    let early = || proc::state(parent).is_ok_and(|state| state == 'D');
    let mut suspicion: Option<(u32, Failure)> = None;
    while let Some(child) = stop_one(trial, &subject) {
        if let Some((alone, mistake)) = suspicion.take().filter(|(alone, _)| *alone != child.pid) {
            child.go_on();
            return Err(
                mistake.fact(format!("process {alone} was stopped; {} came when it had ended", child.pid))
            );
        }
        let moment = || trial.whole_deadline().at_most(Duration::from_millis(500));
        until(moment(), || early() || another(child.pid));
        let (doing, too_early, side_by_side) = (proc::doing(parent), early(), another(child.pid));
        child.go_on();
        if side_by_side {
            return finish(trial, subject).map(|_| true);
        }
        if too_early {
            until(moment(), || !early());
            continue;
        }
        if doing.iter().any(|what| what.contains("waits for a child process")) {
            let why = "it waits for one child before it starts the next one. Start all, then wait for all";
            suspicion = Some((child.pid, Failure::new(why).facts(doing)));
        }
        until(moment(), || !proc::children(parent).is_ok_and(|all| all.contains(&child.pid)));
    }
    finish(trial, subject).map(|_| false)
}

/// A living child of the subject, stopped; none when the subject has ended.
fn stop_one(trial: &Trial, subject: &Subject) -> Option<Child> {
    let mut stopped = None;
    until(trial.whole_deadline(), || {
        let children = || proc::children(subject.pid()).unwrap_or_default().into_iter();
        let stop = |pid| Child::of(subject, pid).filter(|child| child.stop(trial));
        stopped = (0..50).find_map(|_| children().find_map(stop));
        stopped.is_some() || !subject.is_alive()
    });
    stopped
}
