//! pool: five workers that stay, and ten tasks.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::lessons::lesson8::leftovers;
use crate::lessons::lesson8::lines::{expect_child, next, process, span};
use crate::lessons::lesson8::pool::{callback_in_parent, end_first, results};
use crate::{Check, Failure, Suite, Trial, proc, until};

pub(super) static POOL: Suite = Suite {
    name: "pool",
    about: "Five worker processes, ten tasks, and callbacks in the program that has asked",
    checks: &[
        Check {
            name: "results",
            points: 2,
            means: "Each task has one result, and the callback gets it. Wait for as many as there are tasks.",
            run: results,
        },
        Check {
            name: "end-first",
            points: 1,
            means: "To hand a task over takes no time, whether a worker is free or not. Tasks wait; the program does not.",
            run: end_first,
        },
        Check {
            name: "workers",
            points: 3,
            means: "A pool has its workers before there are tasks, and keeps them: ten tasks, at most five pids.",
            run: workers,
        },
        Check {
            name: "rounds",
            points: 3,
            means: "Ten tasks for five workers take as long as two.",
            run: rounds,
        },
        Check {
            name: "callback-in-parent",
            points: 2,
            means: "The task runs in a worker; its callback in the program that has asked for it.",
            run: callback_in_parent,
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "The workers end with their pool.",
            run: |trial| leftovers::nothing(trial, &["--sleep", "0.02"]),
        },
    ],
};

/// Ten tasks in at most five processes, which are child processes.
fn workers(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &["--sleep", "0.2"], false)?;
    let mut pids = BTreeSet::new();
    let mut stranger = None;
    for _ in 0..10 {
        let line = next(trial, &subject, "10", 1)?.remove(0).1;
        let pid = process(&line, "worker")?;
        if pids.insert(pid) {
            // On a slow machine it may have ended since it was printed; then nobody knows whose child it was.
            let gone = || pid != subject.pid() && !proc::state(pid).is_ok_and(|state| state != 'Z');
            let known = || expect_child(&subject, pid, &line).is_ok() || gone();
            if !until(trial.deadline().at_most(Duration::from_millis(100)), known) {
                stranger = stranger.or(expect_child(&subject, pid, &line).err());
            }
        }
    }
    if pids.len() <= 5 {
        return stranger.map_or(Ok(()), Err);
    }
    let why = format!(
        "ten tasks ran in {} processes: {pids:?}. A pool of five keeps five workers, and gives each the next task",
        pids.len()
    );
    Err(subject.explain(Failure::new(why)))
}

/// Two rounds, and not ten: what lies between is left to a machine that does other work, too.
fn rounds(trial: &mut Trial) -> Result<(), Failure> {
    const SLEEP: Duration = Duration::from_millis(300);
    let begun = Instant::now();
    let subject = trial.start("", &["--sleep", "0.3"], false)?;
    let lines = next(trial, &subject, "10", 10)?;
    if begun.elapsed() < SLEEP * 2 {
        let why = format!(
            "ten tasks of 0.3 s were done after {:.2} s: all ran at the same time. Five workers take two rounds, as five of the \
             tasks have to wait",
            begun.elapsed().as_secs_f64()
        );
        return Err(subject.explain(Failure::new(why)));
    }
    let all = span(&lines);
    if all < SLEEP * 7 {
        return Ok(());
    }
    let why = format!(
        "ten tasks of 0.3 s, and {:.1} s between the first result and the last one: they are done one after the other, and \
         four workers have nothing to do",
        all.as_secs_f64()
    );
    Err(subject.explain(Failure::new(why)))
}
