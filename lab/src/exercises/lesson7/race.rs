//! race: an update is lost, on every run.

use std::time::Duration;

use super::{expect_no_sleeper, expect_rest, printed};
use crate::cpus::on_one_cpu;
use crate::lessons::lesson7::{expect_no_children, to_the_end};
use crate::{Check, Failure, Subject, Suite, Trial, measure_for, proc, until};

pub(super) static RACE: Suite = Suite {
    name: "race",
    about: "Two threads add 1 to the same number, and one addition is lost on every run",
    checks: &[
        Check {
            name: "both-load",
            points: 1,
            means: "`n = n + 1` is a load and a store. A thread that loads before the other one stores has an old \
                    number in its hands.",
            run: |trial| start(trial).map(drop),
        },
        Check {
            name: "real-threads",
            points: 1,
            means: "A thread is known to the kernel, which lists it in /proc/PID/task.",
            run: real_threads,
        },
        Check {
            name: "held",
            points: 3,
            means: "To force an order, threads wait for each other. A sleep waits for a time, and no time is long \
                    enough on every machine.",
            run: held,
        },
        Check {
            name: "lost",
            points: 2,
            means: "Both have seen the same number, so both store the same: two additions, and one counts.",
            run: lost,
        },
        Check {
            name: "every-run",
            points: 3,
            means: "A mistake that shows itself now and then cannot be studied, and no test finds it.",
            run: every_run,
        },
    ],
};

/// How often it is run.
const RUNS: usize = 12;

/// Starts with a number of its own, and waits until both threads have loaded it.
fn start(trial: &mut Trial) -> Result<(Subject, usize), Failure> {
    let start = trial.random.between(100, 999_999);
    let subject = trial.start("", &["--start", &start.to_string()], true)?;
    let loaded = |name: &str| printed(&subject).contains(&format!("{name}: load {start}"));
    let both = || loaded("one") && loaded("two");
    let is_over = || expect_no_store(&subject).is_err() || !subject.is_alive();
    if until(trial.deadline(), || both() || is_over()) && both() {
        return Ok((subject, start));
    }
    expect_no_store(&subject)?;
    let missing = if loaded("one") { "two" } else { "one" };
    let why = format!("no line `{missing}: load {start}` before Enter was pressed");
    Err(subject.explain(Failure::new(why)))
}

/// That neither has stored.
fn expect_no_store(subject: &Subject) -> Result<(), Failure> {
    match printed(subject).into_iter().find(|line| line.contains(": store ")) {
        None => Ok(()),
        Some(line) => Err(subject.explain(Failure::new(format!(
            "there is `{line}` before Enter was pressed: whether the other thread had loaded by then was luck"
        )))),
    }
}

fn real_threads(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, _) = start(trial)?;
    expect_no_children(&subject)?;
    let threads = proc::threads(subject.pid())?;
    match threads {
        1 => Err(Failure::new("both have loaded, it says, but the process has only one thread: who has?")),
        2 => Err(Failure::new(
            "between load and store there should be `one`, `two` and main; the process has 2 threads",
        )),
        _ => Ok(()),
    }
}

fn held(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, _) = start(trial)?;
    let when = "both have loaded, and nobody has pressed Enter";
    // A look now and then, for as long as somebody takes to press it.
    for _ in 0..40 {
        expect_no_sleeper(&subject, when)?;
        expect_no_store(&subject)?;
        measure_for(Duration::from_millis(5));
    }
    expect_rest(&subject, trial.deadline().shortly(), when)?;
    expect_no_store(&subject)
}

fn lost(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, start) = start(trial)?;
    measure_for(Duration::from_millis(50));
    expect_no_store(&subject)?;
    subject.type_in(b"\n", trial.deadline())?;
    let said = to_the_end(trial, &subject).map_err(|failure| failure.when("Enter was pressed"))?;
    expect_lost(&said, start).map_err(|failure| subject.explain(failure))
}

/// Both load, then both store, and then comes the sum.
fn expect_lost(said: &[String], start: usize) -> Result<(), Failure> {
    let end = start + 1;
    let step = |what: &str, number| ["one", "two"].map(|name| format!("{name}: {what} {number}"));
    let mut expected = [step("load", start), step("store", end)].concat();
    expected.push(format!("{start} + 1 + 1 = {end}: 1 lost"));
    let mut sorted = said.to_vec();
    // The order of `one` and `two` is free.
    sorted.chunks_mut(2).for_each(<[String]>::sort);
    if sorted == expected {
        return Ok(());
    }
    let why = if said.last().is_some_and(|line| line.ends_with(": 0 lost")) {
        "nothing is lost on this run: one thread has loaded after the other one had stored"
    } else {
        "both load, then both store, and then the sum comes with 1 lost"
    };
    let received = said.join("\n");
    Err(Failure::new(why).compared(received.as_bytes(), expected.join("\n").as_bytes()))
}

fn every_run(trial: &mut Trial) -> Result<(), Failure> {
    for batch in 0..RUNS / 4 {
        let mut running = Vec::new();
        for run in 0..4 {
            let start = trial.random.between(0, 999_999);
            let number = start.to_string();
            // Enter is pressed before the program has begun, or the input is at its end.
            let launch = || trial.start("", &["--start", &number], run % 2 == 0);
            let subject = if batch == 1 { on_one_cpu(launch)? } else { launch()? };
            if run % 2 == 0 {
                subject.type_in(b"\n", trial.deadline())?;
            }
            running.push((subject, start));
        }
        for (run, (subject, start)) in running.iter().enumerate() {
            let said = to_the_end(trial, subject);
            said.and_then(|said| expect_lost(&said, *start))
                .map_err(|failure| failure.when(format!("run {} of {RUNS}", batch * 4 + run + 1)))?;
        }
    }
    Ok(())
}
