//! counter: many processes, one number, and the moment between reading and writing made as long as the grader likes.

use std::time::Duration;

use crate::lessons::lesson8::leftovers;
use crate::lessons::lesson8::lines::{expect_distinct, number, process, run};
use crate::{Check, Failure, Stream, Subject, Suite, Trial, proc, until};

pub(super) static COUNTER: Suite = Suite {
    name: "counter",
    about: "Many child processes add 1 to one number that begins at 11",
    checks: &[
        Check {
            name: "processes",
            points: 1,
            means: "Children are processes, each with its own pid. Threads share memory anyway.",
            run: processes,
        },
        Check {
            name: "exact",
            points: 2,
            means: "What each adds in memory of its own is gone with it. The number must be where all can reach it.",
            run: exact,
        },
        Check {
            name: "lock",
            points: 3,
            means: "Reading, adding and writing are one step under one lock, or what another one writes meanwhile is lost.",
            run: lock,
        },
        Check {
            name: "after-all",
            points: 2,
            means: "The number is final when all have ended. To know that, wait for each of them.",
            run: after_all,
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "When the program has ended, its children have, and no file of theirs is left.",
            run: |trial| leftovers::nothing(trial, &["--count", "4"]),
        },
    ],
};

/// What the number is at the beginning.
const BEGIN: i64 = 11;

fn processes(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--count", "5"])?;
    let mut pids = Vec::new();
    for line in run.lines.iter().filter(|line| line.starts_with("pid ")) {
        pids.push(process(line, "pid")?);
    }
    if pids.contains(&run.subject.pid()) {
        return Err(run.failure("a child has the pid of the program itself: it is a thread, not a process"));
    }
    if pids.len() != 5 {
        let why = format!("five children print a line `pid P read V` each: five lines, not {}", pids.len());
        return Err(run.failure(why));
    }
    expect_distinct(&pids)
}

fn exact(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(5, 15);
    let run = run(trial, &["--count", &count.to_string()])?;
    let line = format!("counter {}", run.after("counter ")?);
    let (counter, expected) = (number(&line, "counter")?, BEGIN + count as i64);
    if counter == expected {
        return Ok(());
    }
    let why = if counter == BEGIN {
        "Nothing that the children have added has arrived: each has counted in a copy of its own, or the number was read \
         before they did"
    } else {
        "Either additions were lost, or it was read before all had ended"
    };
    let why =
        format!("{count} children have each added 1 to {BEGIN}: that is {expected}, not {counter}. {why}");
    Err(run.failure(why))
}

/// The children stop between reading and writing. Under a lock only one of them can be there.
fn lock(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(3, 4);
    let subject = trial.start("", &["--count", &count.to_string()], true)?;
    for turn in 0..count {
        one_reads(trial, &subject, count - turn)?;
        let readers = readers(&subject);
        let (last, before) = match readers.split_last() {
            Some((last, before)) if readers.len() == turn + 1 => (last, before),
            _ => return Err(two_inside(&subject, &readers)),
        };
        let value = number(last, "read")?;
        if value != BEGIN + turn as i64 {
            let lost = before.iter().any(|line| number(line, "read").ok() == Some(value));
            return Err(if lost {
                two_inside(&subject, &readers)
            } else {
                subject.explain(Failure::new(format!(
                    "`{last}`: {turn} children have added 1 to {BEGIN} so far, so it should have read {}",
                    BEGIN + turn as i64
                )))
            });
        }
        subject.type_in(b"\n", trial.deadline())?;
    }
    expect_end(trial, &subject, count)
}

fn two_inside(subject: &Subject, readers: &[String]) -> Failure {
    subject.explain(Failure::new(format!(
        "two children are between reading and writing at the same time, so one of their additions is lost: {}. There is no \
         lock that is held from before the read until after the write",
        readers.join(", ")
    )))
}

/// As long as a child is in the middle, the parent says nothing.
fn after_all(trial: &mut Trial) -> Result<(), Failure> {
    const COUNT: usize = 3;
    let subject = trial.start("", &["--count", "3"], true)?;
    for turn in 0..COUNT {
        one_reads(trial, &subject, COUNT - turn)?;
        let printed = subject.tail(Stream::Stdout, usize::MAX);
        if let Some(line) = printed.iter().find(|line| line.starts_with("counter ")) {
            let left = COUNT - turn;
            let why = format!(
                "`{line}` was printed before all children had ended: {left} of {COUNT} have not added yet. Wait for all of \
                 them first"
            );
            return Err(subject.explain(Failure::new(why)));
        }
        subject.type_in(b"\n", trial.deadline())?;
    }
    expect_end(trial, &subject, COUNT)
}

fn expect_end(trial: &Trial, subject: &Subject, count: usize) -> Result<(), Failure> {
    let wanted = format!("counter {}", BEGIN + count as i64);
    let line = subject
        .line(Stream::Stdout, "counter V", trial.deadline(), &mut |line| line.starts_with("counter "))?;
    if line == wanted {
        return Ok(());
    }
    Err(subject.explain(Failure::new(format!("all children have ended: `{wanted}`, not `{line}`"))))
}

/// What the children have printed that have read.
fn readers(subject: &Subject) -> Vec<String> {
    let printed = subject.tail(Stream::Stdout, usize::MAX);
    printed.into_iter().filter(|line| line.starts_with("pid ")).collect()
}

/// Waits until a further child has read, and then until nothing moves any more: whoever can come as far as that has.
fn one_reads(trial: &Trial, subject: &Subject, left: usize) -> Result<(), Failure> {
    /// So many looks in a row at which all sleep. Who waits for a CPU does not sleep, however busy the machine is.
    const LOOKS: u32 = 25;
    let mut read = |line: &str| line.starts_with("pid ");
    subject.line(Stream::Stdout, "pid P read V", trial.deadline(), &mut read)?;
    let sleeps = |pid| proc::state(pid).is_ok_and(|state| state == 'S');
    let living = || {
        let mut children = proc::children(subject.pid()).unwrap_or_default();
        children.retain(|&pid| proc::state(pid).is_ok_and(|state| state != 'Z'));
        children
    };
    let mut looks = 0;
    let still = until(trial.deadline().at_most(Duration::from_secs(3)), || {
        let living = living();
        let still = living.len() >= left && living.into_iter().chain([subject.pid()]).all(sleeps);
        looks = if still { looks + 1 } else { 0 };
        looks >= LOOKS
    });
    // A lock that is looked for again and again is no reason to fail here.
    if still || living().len() >= left {
        return Ok(());
    }
    Err(subject.explain(Failure::new(format!(
        "a child waits between reading and writing, and {left} of the children should be there now, not {}: start all of \
         them before you wait for one",
        living().len()
    ))))
}
