//! Children that say hi.

use std::time::{Duration, Instant};

use super::child::Child;
use super::leftovers;
use super::lines::{expect_child, expect_distinct, most_children, next, number, process, run};
use crate::lessons::endings;
use crate::{Check, Failure, Subject, Suite, Trial, proc, until};

/// More children than this at once are too many for any machine that somebody else works on, too.
pub(super) const MOST: usize = 80;

pub(in crate::lessons) static PROCESSES: Suite = Suite {
    name: "lesson8.processes",
    about: "Ten children say hi, each with its own pid and its parent's",
    checks: &[
        Check {
            name: "say-hi",
            points: 2,
            means: "Each child runs the function once, in a process of its own; its parent is the \
                    program.",
            run: say_hi,
        },
        Check {
            name: "real-processes",
            points: 3,
            means: "A pid is more than a number that is printed: the kernel lists the children of \
                    a process.",
            run: real_processes,
        },
        Check {
            name: "exit-codes",
            points: 2,
            means: "join tells how a child has ended: with a code, or by which signal. And it \
                    collects it, or a zombie stays.",
            run: exit_codes,
        },
        Check {
            name: "bounded",
            points: 2,
            means: "120 children are fine, but not all of them at once.",
            run: |trial| bounded(trial, &["--count", "120", "--sleep", "2"]),
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "When the program has ended, its children have.",
            run: |trial| leftovers::nothing(trial, &[]),
        },
        Check {
            name: "no-orphans",
            points: 2,
            means: "A parent can be killed at any time, and cannot clean up then.",
            run: |trial| leftovers::no_orphans(trial, &["--count", "5", "--sleep", "60"], "say hi 4 ", "pid"),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};

fn say_hi(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(3, 10);
    let run = run(trial, &["--count", &count.to_string()])?;
    let mut pids = Vec::new();
    for child in 0..count {
        let line = run.after(&format!("say hi {child} "))?;
        pids.push(process(line, "pid")?);
        let parent = process(line, "parent")?;
        if parent != run.subject.pid() {
            let why =
                format!("child {child} names {parent} as its parent; the program is {}", run.subject.pid());
            return Err(run.failure(why));
        }
    }
    expect_distinct(&pids).map_err(|failure| failure.when("each child has a pid of its own"))
}

/// While they live, the children are children of the subject; and they live at the same time.
fn real_processes(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &["--count", "5", "--sleep", "2"], false)?;
    let lines = next(trial, &subject, "say hi ", 5)?;
    for (_, line) in &lines {
        expect_child(&subject, process(line, "pid")?, line)?;
    }
    Ok(())
}

fn exit_codes(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--count", "3"])?;
    for child in 0..3 {
        let said = process(run.after(&format!("say hi {child} "))?, "pid")?;
        let line = run.after(&format!("ended {child} "))?;
        if process(line, "pid")? != said || number(line, "exitcode")? != 0 {
            return Err(
                run.failure(format!("child {child} was process {said} and has ended with 0, not {line}"))
            );
        }
        if run.place(&format!("ended {child} "))? < run.place(&format!("say hi {child} "))? {
            return Err(run.failure(format!("child {child} has ended before it said hi")));
        }
    }
    for (name, code) in [("exit", 7), ("terminate", -15), ("kill", -9)] {
        let line = run.after(&format!("ended {name} "))?;
        if number(line, "exitcode")? != code {
            return Err(run.failure(format!(
                "the child that ended by `{name}` has the exit code {code} (a signal counts as minus its number)"
            )));
        }
    }
    Ok(())
}

/// There are never too many children at once, until all have said hi or the program ends.
pub(super) fn bounded(trial: &mut Trial, arguments: &[&str]) -> Result<(), Failure> {
    let subject = trial.start("", arguments, false)?;
    // Children that end quickly would hide that nobody waits for them.
    let held = hold(trial, &subject);
    if held > MOST {
        return Err(subject.explain(too_many(held)));
    }
    let (most, dead) = most_children(trial, &subject, MOST, 120);
    if most > MOST && dead > MOST / 2 {
        let why = format!(
            "of {most} children {dead} were dead, and nobody had asked for their exit codes (waitpid): zombies. Join \
             those that have ended while you start others"
        );
        return Err(subject.explain(Failure::new(why)));
    }
    if most > MOST {
        return Err(subject.explain(too_many(most)));
    }
    Ok(())
}

fn too_many(alive: usize) -> Failure {
    Failure::new(format!(
        "{alive} children were alive at once: start the next one when one has ended, or the machine has to pay for all \
         of them"
    ))
}

/// Stops each child as it comes, until there are too many, or the program waits and no more come. Then all go on. Returns how
/// many were stopped at once.
fn hold(trial: &Trial, subject: &Subject) -> usize {
    const QUIET: Duration = Duration::from_millis(300);
    let mut held: Vec<Child> = Vec::new();
    let mut last = Instant::now();
    until(trial.whole_deadline(), || {
        for pid in proc::children(subject.pid()).unwrap_or_default() {
            if held.iter().any(|child| child.pid == pid) {
                continue;
            }
            if let Some(child) = Child::of(subject, pid) {
                child.begin_to_stop();
                held.push(child);
                last = Instant::now();
            }
        }
        let waits = last.elapsed() > QUIET && proc::asleep(subject.pid());
        stopped(&held) > MOST || waits || !subject.is_alive()
    });
    let most = stopped(&held);
    held.iter().for_each(Child::go_on);
    most
}

fn stopped(held: &[Child]) -> usize {
    held.iter().filter(|child| child.is_stopped()).count()
}
