//! A lost update, and the time that a lock costs.

use std::time::Instant;

use super::to_the_end;
use crate::{Failure, Stream, Trial};

/// `without a lock: 10 of 20` as two numbers.
fn counted(printed: &[String], how: &str) -> Result<(u64, u64), Failure> {
    let begin = format!("{how}: ");
    let numbers = printed.iter().find_map(|line| {
        let (got, all) = line.strip_prefix(&begin)?.split_once(" of ")?;
        Some((got.trim().parse().ok()?, all.trim().parse().ok()?))
    });
    numbers.ok_or_else(|| Failure::new(format!("no line `{how}: A of B` with two numbers")))
}

pub(super) fn cures(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], false)?;
    let printed = to_the_end(trial, &subject)?;
    let mut cures = vec!["with a lock", "with a channel"];
    // Python has no atomic integers.
    cures.extend(printed.iter().any(|line| line.starts_with("with an atomic: ")).then_some("with an atomic"));
    for how in cures {
        let (got, all) = counted(&printed, how).map_err(|failure| subject.explain(failure))?;
        if got != all || all == 0 {
            return Err(Failure::new(format!("{how} nothing may be lost; here it is {got} of {all}")));
        }
    }
    Ok(())
}

/// On each run, not by chance: as many as can be lost when both threads see the same number.
pub(super) fn lost(trial: &mut Trial) -> Result<(), Failure> {
    for _ in 0..3 {
        let subject = trial.start("", &[], false)?;
        let mut wanted = |line: &str| line.starts_with("without a lock: ");
        let line = subject.line(Stream::Stdout, "without a lock: A of B", trial.deadline(), &mut wanted)?;
        let (got, all) = counted(&[line], "without a lock")?;
        if got * 2 != all {
            return Err(Failure::new(format!(
                "without a lock: {got} of {all}. Of two threads that meet between load and store, each time one update is \
                 lost: exactly half of them. Another number is luck, and may be another one on the next run"
            )));
        }
    }
    Ok(())
}

pub(super) fn sleep_outside(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], false)?;
    let mut wanted = |line: &str| line.starts_with("with a channel: ");
    subject.line(Stream::Stdout, "with a channel: A of B", trial.deadline(), &mut wanted)?;
    let mut times = vec![Instant::now()];
    for place in ["inside", "outside"] {
        let what = format!("sleep {place} the lock: ");
        let mut wanted = |line: &str| line.starts_with(&what);
        subject.line(Stream::Stdout, &format!("{what}N ms"), trial.deadline(), &mut wanted)?;
        times.push(Instant::now());
    }
    let (inside, outside) = (times[1] - times[0], times[2] - times[1]);
    if inside.as_millis() < 300 {
        return Err(Failure::new(format!(
            "ten threads that sleep 50 ms with the lock take 500 ms together; here {} ms",
            inside.as_millis()
        )));
    }
    if outside * 2 > inside {
        return Err(Failure::new(format!(
            "ten threads that sleep without the lock sleep at the same time; here that took {} ms, and with the lock {} ms: \
             the lock is still held during the sleep",
            outside.as_millis(),
            inside.as_millis()
        )));
    }
    Ok(())
}
