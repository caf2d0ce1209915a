//! Workers that stay, and tasks for them.

use std::collections::BTreeSet;

use super::lines::{Run, expect_child, next, process, run, seconds, span};
use super::{leftovers, pool_faults};
use crate::lessons::endings;
use crate::{Check, Failure, Suite, Trial};

pub(in crate::lessons) static POOL: Suite = Suite {
    name: "lesson8.pool",
    about: "Ten tasks for five worker processes, and all the ways to wait for them",
    checks: &[
        Check {
            name: "end-first",
            points: 2,
            means: "apply_async hands a task over and returns: `end` is printed before any result.",
            run: end_first,
        },
        Check {
            name: "results",
            points: 2,
            means: "Each task has one result, and the callback gets it.",
            run: results,
        },
        Check {
            name: "workers",
            points: 3,
            means: "A pool has its workers before there are tasks, and keeps them: ten tasks, at \
                    most five pids.",
            run: workers,
        },
        Check {
            name: "rounds",
            points: 2,
            means: "Ten tasks for five workers take as long as two.",
            run: rounds,
        },
        Check {
            name: "callback-in-parent",
            points: 1,
            means: "The task runs in a worker; its callback in the program that has asked for it.",
            run: callback_in_parent,
        },
        Check {
            name: "apply",
            points: 1,
            means: "apply waits for the result: it is apply_async and get. Used in a loop it makes a \
                    pool of one.",
            run: apply,
        },
        Check {
            name: "order",
            points: 2,
            means: "map gives results in the order of the items, imap_unordered as they come.",
            run: order,
        },
        Check {
            name: "errors",
            points: 2,
            means: "An error in a task is a result, too. Who does not ask for it never sees it.",
            run: pool_faults::errors,
        },
        Check {
            name: "timeout",
            points: 1,
            means: "A wait that is over does not stop the task: its result comes later.",
            run: pool_faults::timeout,
        },
        Check {
            name: "endings",
            points: 2,
            means: "close and join wait for what is there; terminate does not, and its tasks end as \
                    cancelled.",
            run: pool_faults::endings,
        },
        Check {
            name: "without-join",
            points: 1,
            means: "The end of the program is the end of the pool: nobody waits unless told to.",
            run: pool_faults::without_join,
        },
        Check {
            name: "killed-worker",
            points: 3,
            means: "A worker can be killed, for want of memory as a rule. Its task has an error then, \
                    and the others go on.",
            run: pool_faults::killed_worker,
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "The workers end with their pool.",
            run: |trial| leftovers::nothing(trial, &["--sleep", "0.05"]),
        },
        Check {
            name: "no-orphans",
            points: 2,
            means: "Workers wait for tasks. When the program was killed, none will come.",
            run: |trial| leftovers::no_orphans(trial, &["--sleep", "0.3"], "100 ", "worker"),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};

/// The lines of the callbacks: what each was given.
fn callbacks(run: &Run) -> Vec<&String> {
    run.lines.iter().filter(|line| line.contains(" callback ")).collect()
}

pub(crate) fn end_first(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--sleep", "0.05"])?;
    if run.lines.first().is_some_and(|line| line == "end") {
        return Ok(());
    }
    Err(run
        .failure("the first line must be `end`: apply_async does not wait, whether a worker is free or not"))
}

pub(crate) fn results(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(6, 20);
    let run = run(trial, &["--sleep", "0.02", "--tasks", &count.to_string()])?;
    let mut values = Vec::new();
    for line in callbacks(&run) {
        values.push(line.split(' ').next().unwrap_or_default().to_owned());
    }
    values.sort_by_key(|value| value.parse::<u64>().unwrap_or_default());
    let expected: Vec<String> = (100..100 + count).map(|value| value.to_string()).collect();
    if values == expected {
        return Ok(());
    }
    Err(run.failure(format!("{count} tasks have the results {expected:?}, the callbacks got {values:?}")))
}

/// Ten tasks in at most five processes, which are there while they work.
fn workers(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &["--sleep", "0.3"], false)?;
    let mut pids = BTreeSet::new();
    let mut stranger = None;
    for (_, line) in next(trial, &subject, "10", 10)? {
        let pid = process(&line, "worker")?;
        // It may have ended since it was printed; the first five surely have more to do.
        if pids.len() < 5 && pids.insert(pid) {
            stranger = stranger.or(expect_child(&subject, pid, &line).err());
        }
        pids.insert(pid);
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

fn rounds(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &["--sleep", "1"], false)?;
    let mut lines = next(trial, &subject, "end", 1)?;
    lines.extend(next(trial, &subject, "10", 10)?);
    let took = span(&lines).as_secs_f64();
    if (1.9..2.95).contains(&took) {
        return Ok(());
    }
    let why = format!(
        "ten tasks of 1 s for five workers take two rounds, 2 s: here it took {took:.2} s. Less is too many workers, \
         more is too few"
    );
    Err(subject.explain(Failure::new(why)))
}

pub(crate) fn callback_in_parent(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--sleep", "0.05"])?;
    for line in callbacks(&run) {
        if process(line, "callback")? != run.subject.pid() {
            let why =
                format!("`{line}`: a callback runs in the program itself, process {}", run.subject.pid());
            return Err(run.failure(why));
        }
    }
    Ok(())
}

fn apply(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--sleep", "0.1", "--workers", "3"])?;
    run.expect("apply 101")?;
    run.expect("apply_async get 101")?;
    let took = seconds(run.after("apply 3 times")?)?;
    if took >= 0.29 {
        return Ok(());
    }
    Err(run.failure(format!("apply waits each time: three tasks of 0.1 s take 0.3 s, not {took}")))
}

fn order(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--sleep", "0.05"])?;
    run.expect("map [100, 101, 102, 103, 104]")?;
    let unordered = run.after("imap_unordered ")?;
    let mut values: Vec<&str> = unordered.trim_matches(['[', ']']).split(", ").collect();
    // The last task is the shortest.
    let late_one_first = values.first() != Some(&"100");
    values.sort_unstable();
    if late_one_first && values == ["100", "101", "102", "103", "104"] {
        return Ok(());
    }
    Err(run.failure(
        "imap_unordered gives five results as they come; the first task takes longest, so it is not first",
    ))
}
