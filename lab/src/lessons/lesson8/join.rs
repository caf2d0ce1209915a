//! Where join stands.

use std::time::Duration;

use super::leftovers;
use super::lines::{expect_child, next, process, run, seconds, span};
use crate::lessons::endings;
use crate::{Check, Failure, Stream, Suite, Trial, proc};

/// Long enough to tell one from several on a busy machine.
const SLEEP: Duration = Duration::from_millis(500);

pub(in crate::lessons) static JOIN: Suite = Suite {
    name: "lesson8.join",
    about: "Children that are joined in the loop, and behind it",
    checks: &[
        Check {
            name: "lines",
            points: 1,
            means: "Five children in the loop, and five behind it.",
            run: lines,
        },
        Check {
            name: "one-after-the-other",
            points: 2,
            means: "Joined in the loop, a child ends before the next one begins.",
            run: one_after_the_other,
        },
        Check {
            name: "together",
            points: 3,
            means: "Started in one loop and joined in a second one, all run at the same time.",
            run: together,
        },
        Check { name: "times", points: 1, means: "A time that is printed is measured.", run: times },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "When the program has ended, its children have.",
            run: |trial| leftovers::nothing(trial, &[]),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};

const THREE: &[&str] = &["--count", "3", "--sleep", "0.5"];

fn lines(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &[])?;
    let his = run.lines.iter().filter(|line| line.starts_with("hi ")).count();
    let (inside, behind) = (run.place("join in the loop ")?, run.place("join after the loop ")?);
    if (his, inside, behind) == (10, 5, 11) {
        return Ok(());
    }
    Err(run.failure("five lines `hi …`, then `join in the loop …`, five lines, and `join after the loop …`"))
}

fn one_after_the_other(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", THREE, false)?;
    let lines = next(trial, &subject, "hi ", 3)?;
    // Two of the three sleeps lie between the first line and the last one.
    if span(&lines) < SLEEP * 2 * 9 / 10 {
        let why = format!(
            "in the loop the third child said hi {} ms after the first one; each sleeps {} ms: they overlap",
            span(&lines).as_millis(),
            SLEEP.as_millis()
        );
        return Err(subject.explain(Failure::new(why)));
    }
    Ok(())
}

fn together(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &["--count", "2", "--sleep", "1.5"], false)?;
    let wanted = &mut |line: &str| line.starts_with("join in the loop ");
    subject.line(Stream::Stdout, "join in the loop …", trial.whole_deadline(), wanted)?;
    let lines = next(trial, &subject, "hi ", 2)?;
    for (_, line) in &lines {
        let pid = process(line, "pid")?;
        let lives = proc::state(pid).is_ok_and(|state| state != 'Z');
        if !lives {
            let why = format!(
                "when the second child says hi, the first one must still sleep, but {pid} has ended: they run one after \
                 the other. join stands in the loop"
            );
            return Err(subject.explain(Failure::new(why)));
        }
        expect_child(&subject, pid, line)?;
    }
    Ok(())
}

fn times(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, THREE)?;
    let inside = seconds(run.after("join in the loop")?)?;
    let behind = seconds(run.after("join after the loop")?)?;
    if inside >= 1.4 && behind >= 0.45 && behind < inside {
        return Ok(());
    }
    Err(run.failure(format!(
        "three children that sleep 0.5 s take at least 1.5 s in the loop and 0.5 s behind it, not {inside} and {behind}"
    )))
}
