//! gate: an event.

use std::time::Duration;

use super::{expect_no_sleeper, expect_rest, printed};
use crate::lessons::lesson7::event::{end_of_input, executed, expect_closed, open, start, wrong_input};
use crate::lessons::lesson7::{expect_no_children, expect_once, to_the_end};
use crate::{Check, Failure, Subject, Suite, Trial, measure_for, until};

pub(super) static GATE: Suite = Suite {
    name: "gate",
    about: "--count N threads: the even ones wait until somebody types `true`",
    checks: &[
        Check {
            name: "gate",
            points: 2,
            means: "Who does not wait runs at once. Who opens the gate lets all go on who wait.",
            run: gate,
        },
        Check {
            name: "wrong-input",
            points: 1,
            means: "Only the line `true` opens the gate. After anything else it stays closed, and the program asks again.",
            run: wrong_input,
        },
        Check {
            name: "end-of-input",
            points: 2,
            means: "After the end of the input nobody can open the gate: threads that wait on would wait for ever, and the \
                    program with them.",
            run: at_the_end,
        },
        Check {
            name: "asleep",
            points: 2,
            means: "Who waits sleeps in the kernel until somebody wakes it. To look again and again takes a CPU, and is late \
                    all the same.",
            run: asleep,
        },
        Check {
            name: "late",
            points: 2,
            means: "A notification is gone when nobody waits for it. A flag stays: who comes later sees it and does not wait.",
            run: late,
        },
    ],
};

/// How many of these lines were printed.
fn through(subject: &Subject, lines: &[String]) -> usize {
    let printed = printed(subject);
    lines.iter().filter(|line| printed.contains(line)).count()
}

fn gate(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(4, 20);
    let subject = start(trial, count)?;
    expect_no_children(&subject)?;
    measure_for(Duration::from_millis(50));
    expect_closed(&subject, "nothing was typed")?;
    subject.type_in(b"true\n", trial.deadline())?;
    let waiting: Vec<String> = executed(count, 0).collect();
    let all = || through(&subject, &waiting) == waiting.len();
    if !until(trial.deadline(), || all() || !subject.is_alive()) {
        let why = format!(
            "`true` was typed, and {} of the {} threads that waited have gone on: who opens the gate wakes all of them",
            through(&subject, &waiting),
            waiting.len()
        );
        return Err(subject.explain_wait(Failure::new(why), Duration::MAX));
    }
    let said = to_the_end(trial, &subject).map_err(|failure| failure.when("`true` was typed"))?;
    let started = (0..count).map(|number| format!("start,{number}"));
    let lines: Vec<String> = started.chain(waiting).chain(executed(count, 1)).collect();
    expect_once(&subject, &said, &lines)
}

fn at_the_end(trial: &mut Trial) -> Result<(), Failure> {
    end_of_input(trial)?;
    let subject = start(trial, 4)?;
    measure_for(Duration::from_millis(50));
    expect_closed(&subject, "nothing was typed")?;
    subject.end_stdin();
    let said = to_the_end(trial, &subject)?;
    expect_once(&subject, &said, &["end of input", "open", "execute late"].map(str::to_owned))
}

fn asleep(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 10)?;
    let when = "nobody has typed anything";
    for _ in 0..40 {
        expect_no_sleeper(&subject, when)?;
        expect_closed(&subject, when)?;
        measure_for(Duration::from_millis(5));
    }
    expect_rest(&subject, trial.deadline().shortly(), when)?;
    open(trial, &subject, 10)
}

fn late(trial: &mut Trial) -> Result<(), Failure> {
    // The second time all are late: the gate is opened before they have started.
    for typed_early in [false, true] {
        let subject = if typed_early { trial.start("", &["--count", "8"], true)? } else { start(trial, 8)? };
        if !typed_early {
            measure_for(Duration::from_millis(50));
            expect_closed(&subject, "nothing was typed")?;
        }
        subject.type_in(b"true\n", trial.deadline())?;
        let mut lines: Vec<String> = executed(8, 0).collect();
        lines.push("execute late".into());
        until(trial.deadline(), || through(&subject, &lines) == lines.len() || !subject.is_alive());
        let printed = printed(&subject);
        if let Some(missing) = lines.iter().find(|line| !printed.contains(line)) {
            let why = format!(
                "no line `{missing}`: the gate was opened before it came, and it waits for an opening that is over"
            );
            return Err(subject.explain_wait(Failure::new(why), Duration::MAX));
        }
        let said = to_the_end(trial, &subject)?;
        expect_once(&subject, &said, &lines)?;
    }
    Ok(())
}
