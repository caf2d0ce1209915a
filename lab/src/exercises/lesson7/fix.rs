//! fix: a lost update, and three cures.

use super::printed;
use crate::lessons::lesson7::{expect_no_children, to_the_end};
use crate::{Check, Failure, Subject, Suite, Trial, until};

pub(super) static FIX: Suite = Suite {
    name: "fix",
    about: "Threads that sleep and add to one total: with a mutex, an atomic, a channel",
    checks: &[
        Check {
            name: "mutex",
            points: 2,
            means: "With a lock one thread at a time is between load and store.",
            run: |trial| exact(trial, "mutex"),
        },
        Check {
            name: "atomic",
            points: 2,
            means: "fetch_add loads, adds and stores in one step that nobody can get into.",
            run: |trial| exact(trial, "atomic"),
        },
        Check {
            name: "channel",
            points: 2,
            means: "What has one owner needs no lock: the others send. The sum is complete when nobody can send any more.",
            run: |trial| exact(trial, "channel"),
        },
        Check {
            name: "asleep-together",
            points: 3,
            means: "A lock is held while something shared is changed, and not longer: whoever sleeps with it makes all \
                    others wait.",
            run: asleep_together,
        },
    ],
};

/// How many sleep at once.
const THREADS: usize = 10;

fn start(trial: &Trial, way: &str, threads: usize, sleep: usize) -> Result<Subject, Failure> {
    let (threads, sleep) = (threads.to_string(), sleep.to_string());
    trial.start("", &[way, "--threads", &threads, "--sleep", &sleep], false)
}

/// Waits for the end, and for a total of exactly 1 + 2 + … + `threads`.
fn expect_total(trial: &Trial, subject: &Subject, way: &str, threads: usize) -> Result<Vec<String>, Failure> {
    let asked = format!("{way} --threads {threads}");
    let said = to_the_end(trial, subject).map_err(|failure| failure.when(&asked))?;
    let expected = format!("total {}", threads * (threads + 1) / 2);
    let last = said.last().map_or("", String::as_str);
    if last == expected {
        return Ok(said);
    }
    let number = last.strip_prefix("total ").and_then(|number| number.trim().parse::<usize>().ok());
    let why = match number {
        Some(0) => "the total is still 0: each thread has added to a copy of its own".into(),
        Some(less) if less < threads * (threads + 1) / 2 => {
            format!(
                "what {threads} threads add is {expected}, and something is lost: others have added between load and store"
            )
        }
        _ => format!("the last line must be `{expected}`"),
    };
    Err(subject.explain(Failure::new(why).compared(last.as_bytes(), expected.as_bytes()).when(asked)))
}

fn exact(trial: &mut Trial, way: &str) -> Result<(), Failure> {
    let drawn = trial.random.between(2, 30);
    // Ten that load while all sleep lose nine.
    for (threads, sleep) in [(10, 100), (1, 0), (drawn, 5)] {
        let subject = start(trial, way, threads, sleep)?;
        let said = expect_total(trial, &subject, way, threads)?;
        for number in 1..=threads {
            for line in [format!("{number} sleeps"), format!("{number} woke")] {
                if said.iter().filter(|said| **said == line).count() != 1 {
                    let why = format!("{way} --threads {threads}: the line `{line}` must be printed once");
                    return Err(subject.explain(Failure::new(why)));
                }
            }
        }
    }
    Ok(())
}

fn asleep_together(trial: &mut Trial) -> Result<(), Failure> {
    let start_all =
        ["mutex", "atomic", "channel"].map(|way| Ok::<_, Failure>((way, start(trial, way, THREADS, 400)?)));
    for started in start_all {
        let (way, subject) = started?;
        if let Err(alone) = expect_together(trial, &subject, way) {
            // A busy machine starts ten threads in more than 400 ms; in five times that it does.
            let again = start(trial, way, THREADS, 2000)?;
            expect_together(trial, &again, way).map_err(|_| alone)?;
        }
        expect_total(trial, &subject, way, THREADS)?;
    }
    Ok(())
}

/// Counts by the lines how many sleep at once: who sleeps alone wakes before the next one goes to sleep.
fn expect_together(trial: &Trial, subject: &Subject, way: &str) -> Result<(), Failure> {
    until(trial.deadline(), || {
        !subject.is_alive() || printed(subject).iter().any(|line| line.ends_with(" woke"))
    });
    if subject.is_alive() {
        expect_no_children(subject)?;
    }
    let count = printed(subject).iter().take_while(|line| !line.ends_with(" woke")).count();
    if count >= THREADS / 2 {
        return Ok(());
    }
    let why = format!(
        "{way}: the first of {THREADS} threads woke, and only {count} had gone to sleep by then. They sleep one after the \
         other, as if each had a lock that the next one waits for"
    );
    Err(subject.explain(Failure::new(why)))
}
