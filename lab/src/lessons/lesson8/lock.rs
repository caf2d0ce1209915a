//! A counter under a lock.

use super::child::Child;
use super::lines::{next, number, process, run};
use super::{leftovers, processes};
use crate::lessons::endings;
use crate::{Check, Failure, Subject, Suite, Trial, proc, until};

pub(in crate::lessons) static LOCK: Suite = Suite {
    name: "lesson8.lock",
    about: "Many children add 1 to a shared number that begins at 11",
    checks: &[
        Check {
            name: "exact",
            points: 3,
            means: "Under a lock no addition is lost: after the last join the counter is exactly \
                    11 + N.",
            run: exact,
        },
        Check {
            name: "too-early",
            points: 2,
            means: "A print before join shows what has happened so far: the documents' 4996 is no \
                    fault of the lock.",
            run: too_early,
        },
        Check {
            name: "lost-update",
            points: 1,
            means: "Without the lock both read 11, and both write 12.",
            run: |trial| run(trial, &["--count", "20"])?.expect("without the lock 12, expected 13"),
        },
        Check {
            name: "killed-owner",
            points: 3,
            means: "An owner that is killed cannot unlock. The next one must get the lock, and be \
                    told that something may be half done.",
            run: killed_owner,
        },
        Check {
            name: "killed-child",
            points: 2,
            means: "A child that somebody kills costs at most its own addition.",
            run: killed_child,
        },
        Check {
            name: "bounded",
            points: 2,
            means: "Five thousand children are fine, but not all of them at once.",
            run: |trial| processes::bounded(trial, &["--count", "120"]),
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "When the program has ended, its children have, and no file of a lock is left.",
            run: |trial| leftovers::nothing(trial, &["--count", "20"]),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};

fn exact(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(100, 200);
    // What comes after this line is the business of other checks.
    let subject = trial.start("", &["--count", &count.to_string()], false)?;
    let lines = next(trial, &subject, "counter ", 1)?;
    let expected = 11 + count as i64;
    let counter = number(&lines[0].1, "counter")?;
    if counter == expected {
        return Ok(());
    }
    Err(subject.explain(Failure::new(format!(
        "{count} children have each added 1 to 11: the counter is {expected} after join, not {counter}. Either additions \
         were lost (lock around the whole \"get, add, set\"), or it was read before all had ended"
    ))))
}

fn too_early(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--count", "50"])?;
    let early: i64 = number(&format!("early {}", run.after("49 ---> ")?), "early")?;
    if (11..61).contains(&early) && run.place("49 ---> ")? < run.place("counter ")? {
        return Ok(());
    }
    Err(run.failure(format!(
        "`49 ---> …` shows the counter while children still run: at least 11, less than 61, not {early}"
    )))
}

fn killed_owner(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--count", "20"])
        .map_err(|failure| failure.when("the owner of the lock was killed, and three others wait for it"))?;
    let owner = process(&format!("owner {}", run.after("owner ")?), "owner")?;
    let waiters: Vec<&String> = run.lines.iter().filter(|line| line.starts_with("waiter ")).collect();
    let told: Vec<&&String> =
        waiters.iter().filter(|line| line.ends_with(" told that the owner died")).collect();
    if waiters.len() != 3 || told.len() != 1 {
        return Err(run.failure(format!(
            "of three that waited while {owner} was killed, the first one to get the lock must be told that the owner \
             died, and only that one: {} were told",
            told.len()
        )));
    }
    run.expect("after the kill 14")
}

/// The grader kills one child in the middle.
fn killed_child(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &["--count", "200"], false)?;
    let killed = kill_one(trial, &subject)?;
    let when = format!("child {killed} was killed (SIGKILL)");
    let run = super::lines::finish(trial, subject).map_err(|failure| failure.when(&when))?;
    let counter = number(&format!("counter {}", run.after("counter ")?), "counter")?;
    if counter == 211 || counter == 210 {
        return Ok(());
    }
    Err(run
        .failure(format!("the counter must be 211, or 210 without its addition, not {counter}"))
        .when(when))
}

fn kill_one(trial: &Trial, subject: &Subject) -> Result<u32, Failure> {
    let (mut youngest, mut stopped) = (None, false);
    // Several at once: a single one may be what a launcher has started before the program itself. The youngest is most
    // likely alive; when it is stopped it surely is, and dies of nothing else.
    until(trial.deadline(), || {
        let children = proc::children(subject.pid()).unwrap_or_default();
        let last = children.get(2..).and_then(<[u32]>::last);
        if let Some(child) = last.and_then(|&pid| Child::of(subject, pid)) {
            stopped = child.stop(trial);
            youngest = Some(child);
        }
        stopped || !subject.is_alive()
    });
    let Some(child) = youngest else {
        return Err(subject.explain(Failure::new("no three child processes were ever seen at once")));
    };
    child.kill();
    Ok(child.pid)
}
