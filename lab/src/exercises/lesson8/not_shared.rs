//! not-shared: each process has a list of its own.

use std::time::Duration;

use crate::lessons::lesson8::child::Child;
use crate::lessons::lesson8::isolation::{ending_is_last, own_list, own_process};
use crate::lessons::lesson8::leftovers;
use crate::lessons::lesson8::lines::{finish, run};
use crate::{Check, Failure, Stream, Suite, Trial, proc, until};

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

/// One child is stopped, and the others go on all the same: the parent does not wait for it before it starts them. A child
/// lives for a moment only, and may be missed; then nothing is said.
fn all_at_once(trial: &mut Trial) -> Result<(), Failure> {
    const COUNT: usize = 40;
    const TRIES: usize = 100;
    let subject = trial.start("", &["--count", &COUNT.to_string()], false)?;
    let parent = subject.pid();
    let said = || {
        let lines = subject.tail(Stream::Stdout, usize::MAX);
        lines.iter().filter(|line| line.starts_with("say hi ")).count()
    };
    for _ in 0..TRIES {
        let mut stopped = None;
        until(trial.whole_deadline(), || {
            let children = || proc::children(parent).unwrap_or_default().into_iter();
            let stop = |pid| Child::of(&subject, pid).filter(|child| child.stop(trial));
            stopped = (0..50).find_map(|_| children().find_map(stop));
            stopped.is_some() || !subject.is_alive()
        });
        let Some(child) = stopped else { break };
        // Its number stays its own until its parent has waited for it, and that takes its end.
        let only_it = || proc::children(parent).is_ok_and(|all| all == [child.pid]);
        let mut early = false;
        let moment = trial.whole_deadline().at_most(Duration::from_millis(500));
        let others = until(moment, || {
            // Until its child is the program that it is to become, a parent can do nothing (vfork(2), state D).
            early = proc::state(parent).is_ok_and(|state| state == 'D');
            early || !only_it() || said() + 1 >= COUNT
        });
        let (doing, said) = (proc::doing(parent), said());
        child.go_on();
        if early {
            continue;
        }
        if !others && doing.iter().any(|what| what.contains("waits for a child process")) {
            let why = format!(
                "it waits for one child before it starts the next one: one was stopped, and only {said} of {COUNT} have said \
                 hi. Start all, then wait for all"
            );
            return Err(Failure::new(why).facts(doing));
        }
        if others {
            break;
        }
    }
    finish(trial, subject).map(drop)
}
