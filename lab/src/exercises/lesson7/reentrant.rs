//! reentrant: A calls B, and both lock.

use std::time::Duration;

use super::{expect_rest, printed};
use crate::lessons::lesson7::to_the_end;
use crate::{Check, Deadline, Failure, Subject, Suite, Trial, until};

pub(super) static REENTRANT: Suite = Suite {
    name: "reentrant",
    about: "Two functions that take the same lock, one of which calls the other",
    checks: &[
        Check {
            name: "ends",
            points: 2,
            means: "A plain lock does not know who has it. Its owner, too, gets it only when it is free.",
            run: ends,
        },
        Check {
            name: "total",
            points: 2,
            means: "A lock that was not got protects nothing, and work that was not done is missing.",
            run: total,
        },
        Check {
            name: "one-step",
            points: 3,
            means: "What a lock makes one step ends with the lock: given back in the middle, or by somebody else, it lets \
                    others in.",
            run: one_step,
        },
        Check {
            name: "asleep",
            points: 1,
            means: "Who waits for a lock sleeps until it is free.",
            run: asleep,
        },
    ],
};

/// One call of A adds 1, and what B adds; one call of B adds 10.
const ROUND: usize = 1 + 10 + 10;

fn start(trial: &Trial, threads: usize, rounds: usize, nap: usize) -> Result<Subject, Failure> {
    let [threads, rounds, nap] = [threads, rounds, nap].map(|number| number.to_string());
    trial.start("", &["--threads", &threads, "--rounds", &rounds, "--nap", &nap], false)
}

fn ends(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 1, 1, 0)?;
    let ended = to_the_end(trial, &subject);
    let said = ended.map_err(|failure| match printed(&subject).last() {
        Some(last) if last.ends_with("A begins") && subject.is_alive() => {
            failure.when("A has begun and B in it never ends; it waits for a lock that it has itself")
        }
        _ => failure.when("one thread and one round"),
    })?;
    let expected = ["0: A begins", "0: B", "0: A ends", "0: B", "total 21"].map(str::to_owned);
    // What is missing is the next check's affair.
    let known = said.iter().all(|line| expected.contains(line) || line.starts_with("total "));
    if known && said.len() >= 3 {
        return Ok(());
    }
    let why = "one thread and one round print other lines";
    Err(Failure::new(why).compared(said.join("\n").as_bytes(), expected.join("\n").as_bytes()))
}

fn total(trial: &mut Trial) -> Result<(), Failure> {
    for threads in [1, trial.random.between(2, 8)] {
        let rounds = trial.random.between(2, 9);
        let subject = start(trial, threads, rounds, 0)?;
        let asked = format!("--threads {threads} --rounds {rounds}");
        let said = to_the_end(trial, &subject).map_err(|failure| failure.when(&asked))?;
        expect_total(&said, threads * rounds).map_err(|failure| subject.explain(failure.when(asked)))?;
    }
    Ok(())
}

fn expect_total(said: &[String], rounds: usize) -> Result<(), Failure> {
    let deposits = said.iter().filter(|line| line.ends_with(": B")).count();
    if deposits != 2 * rounds {
        return Err(Failure::new(format!(
            "B's work was to be done {} times, half of them as a part of A, and it was done {deposits} times: what found the \
             lock taken has skipped it",
            2 * rounds
        )));
    }
    let last = said.last().map_or("", String::as_str);
    let expected = format!("total {}", rounds * ROUND);
    if last == expected {
        return Ok(());
    }
    Err(Failure::new("the total is another one").compared(last.as_bytes(), expected.as_bytes()))
}

/// A takes its time, and all others would like to come in.
fn one_step(trial: &mut Trial) -> Result<(), Failure> {
    let (threads, rounds) = (4, 2);
    let subject = start(trial, threads, rounds, 60)?;
    let said = to_the_end(trial, &subject)?;
    let mut inside: Option<(usize, &str)> = None;
    for (at, line) in said.iter().enumerate() {
        let Some((who, what)) = line.split_once(": ") else { continue };
        if let Some((since, owner)) = inside.filter(|(_, owner)| *owner != who) {
            let why =
                format!("there is `{line}` in the middle of A, which thread {owner} has begun and not ended");
            return Err(Failure::new(why).fact(format!("the lines: {}", said[since..=at].join(" ⏎ "))));
        }
        match what {
            "A begins" => inside = Some((at, who)),
            "A ends" => inside = None,
            _ => {}
        }
    }
    let steps = said.iter().filter(|line| line.ends_with(": A ends")).count();
    if steps != threads * rounds {
        return Err(subject.explain(Failure::new(format!(
            "{threads} threads call A in {rounds} rounds, and {steps} times it has ended"
        ))));
    }
    expect_total(&said, threads * rounds)
}

fn asleep(trial: &mut Trial) -> Result<(), Failure> {
    // A busy machine gets a second, longer look.
    nap(trial, 700).or_else(|_| nap(trial, 2500))
}

/// One thread naps in A, and three wait for the lock.
fn nap(trial: &Trial, length: usize) -> Result<(), Failure> {
    let subject = start(trial, 4, 1, length)?;
    let begun = || printed(&subject).iter().any(|line| line.ends_with("A begins"));
    until(trial.deadline(), || begun() || !subject.is_alive());
    let looking = Deadline::after(Duration::from_millis(length as u64 / 2));
    let rest = expect_rest(&subject, looking, "one thread naps in A, and three wait for the lock");
    if !subject.is_alive() {
        return Err(subject.explain(Failure::new("the nap in A is not over yet, and the program is")));
    }
    rest?;
    // What never has the lock sleeps as well, but for ever.
    let deposits = || printed(&subject).iter().filter(|line| line.ends_with(": B")).count();
    if until(trial.deadline(), || deposits() > 1) {
        return Ok(());
    }
    Err(subject.explain(Failure::new("the nap in A is over, and no other thread has got the lock")))
}
