//! The smaller programs: a reentrant lock, the other tools, two locks in two orders.

use std::time::{Duration, Instant};

use super::{expect_once, to_the_end};
use crate::{Check, Failure, Stream, Subject, Suite, Trial};

/// The checks of the lock that its owner may take again.
pub(in crate::lessons) static RLOCK: Suite = Suite {
    name: "lesson7.rlock",
    about: "A lock that is taken again by its owner, and one that is not",
    checks: &[
        Check {
            name: "reentrant",
            points: 1,
            means: "A reentrant lock counts how often its owner has taken it, and gives it back as often.",
            run: |trial| lines(trial, &["depth 1", "depth 2", "depth 3"]),
        },
        Check {
            name: "plain",
            points: 1,
            means: "A plain lock does not know who has it. Its owner, too, gets it only when it is free.",
            run: plain,
        },
        Check {
            name: "owner-ended",
            points: 1,
            means: "A lock that is never given back: whoever asks next is told, or would wait for ever. \
                    The program has to end in either case.",
            run: owner_ended,
        },
    ],
};

/// The checks of condition, semaphores, barrier, timer and thread-local values.
pub(in crate::lessons) static MORE: Suite = Suite {
    name: "lesson7.more",
    about: "Condition, semaphores, barrier, timer, thread-local values",
    checks: &[
        Check {
            name: "condition",
            points: 1,
            means: "Who finds the buffer full waits until somebody says that it has changed, and looks again.",
            run: |trial| lines(trial, &["condition: 20 items through 3 places, at most 3 in it"]),
        },
        Check {
            name: "semaphore",
            points: 1,
            means: "A semaphore lets so many in at a time.",
            run: |trial| lines(trial, &["semaphore: 10 threads, at most 3 inside"]),
        },
        Check {
            name: "bounded-semaphore",
            points: 1,
            means: "A bounded semaphore refuses what was never taken, and has as many permits as before.",
            run: |trial| lines(trial, &["bounded semaphore: given back too often: refused, 3 of 3 left"]),
        },
        Check {
            name: "barrier",
            points: 1,
            means: "All arrive, and each gets another index; or one is missing, and all are told.",
            run: |trial| lines(trial, &["barrier: indexes 0 1 2", "barrier, one missing: broken for 2 of 2"]),
        },
        Check {
            name: "timer",
            points: 1,
            means: "A timer fires once. A cancelled one does not, and nobody has to wait for its hour.",
            run: |trial| lines(trial, &["timer: fired", "timer cancelled: did not fire"]),
        },
        Check {
            name: "local",
            points: 1,
            means: "Each thread has its own value, and sees nothing of the others'.",
            run: |trial| lines(trial, &["local: main 1, thread 2"]),
        },
    ],
};

/// The checks of the program with two locks.
pub(in crate::lessons) static DEADLOCK: Suite = Suite {
    name: "lesson7.deadlock",
    about: "Two locks in two orders, and in one",
    checks: &[
        Check {
            name: "cured",
            points: 1,
            means: "With one order for everyone nobody waits in a circle.",
            run: |trial| lines(trial, &["cured: 2 threads, 200 rounds"]),
        },
        Check {
            name: "both-wait",
            points: 2,
            means: "Each has what the other wants. It takes a meeting of both for that to be seen on every run, \
                    and a limit for the wait to see it end.",
            run: both_wait,
        },
    ],
};

/// That it ends, and prints these lines, in this order.
fn lines(trial: &mut Trial, expected: &[&str]) -> Result<(), Failure> {
    let subject = trial.start("", &[], false)?;
    let printed = to_the_end(trial, &subject)?;
    let expected: Vec<String> = expected.iter().map(|line| (*line).to_owned()).collect();
    expect_once(&subject, &printed, &expected)?;
    let found: Vec<&String> = printed.iter().filter(|line| expected.contains(line)).collect();
    if found.iter().copied().eq(&expected) {
        return Ok(());
    }
    Err(subject.explain(Failure::new(format!("these lines come in another order: {}", expected.join(", ")))))
}

/// Waits for each line in turn; the time between the first and the last of them.
fn timed(trial: &Trial, subject: &Subject, expected: &[&str]) -> Result<Duration, Failure> {
    let mut times = Vec::new();
    for text in expected {
        subject.line(Stream::Stdout, text, trial.deadline(), &mut |line| line == *text)?;
        times.push(Instant::now());
    }
    Ok(times.last().copied().zip(times.first().copied()).map_or(Duration::ZERO, |(last, first)| last - first))
}

fn plain(trial: &mut Trial) -> Result<(), Failure> {
    let mut waited = Duration::ZERO;
    // On a busy machine we may hear of the first line late, and the time looks short. Hardly three times.
    for _ in 0..3 {
        let subject = trial.start("", &[], false)?;
        waited = timed(trial, &subject, &["plain lock, try again: no", "plain lock, 100 ms: no"])?;
        if waited >= Duration::from_millis(50) {
            return Ok(());
        }
    }
    Err(Failure::new(format!(
        "`plain lock, 100 ms: no` came after {} ms: nobody has tried for 100 ms",
        waited.as_millis()
    )))
}

fn owner_ended(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], false)?;
    let printed = to_the_end(trial, &subject)?;
    if printed.iter().any(|line| line.starts_with("owner ended: told") || line == "owner ended: not told") {
        return Ok(());
    }
    let why = "no line `owner ended: told, NAME` or `owner ended: not told`";
    Err(subject.explain(Failure::new(why)))
}

fn both_wait(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], false)?;
    let started = Instant::now();
    timed(
        trial,
        &subject,
        &["thread-1: has left, right after 100 ms: no", "thread-2: has right, left after 100 ms: no"],
    )?;
    if started.elapsed() < Duration::from_millis(90) {
        return Err(Failure::new(
            "both were said to have waited for 100 ms, and the program has not run so long",
        ));
    }
    Ok(())
}
