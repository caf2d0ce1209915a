//! Checks as data: a table that a student can read, and the code that runs one.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::report::{Outcome, Report};
use crate::{Command, Failure, Random, Trial};

/// One thing that is looked at.
#[derive(Debug)]
pub struct Check {
    /// A short name, unique in its suite.
    pub name: &'static str,
    /// What it is worth.
    pub points: u32,
    /// What a student should understand by it, in a sentence or two.
    pub means: &'static str,
    /// Looks.
    pub run: fn(&mut Trial) -> Result<(), Failure>,
}

/// The checks of one program, the most basic one first.
#[derive(Debug)]
pub struct Suite {
    /// `lesson1.server`.
    pub name: &'static str,
    /// What is graded, in a sentence.
    pub about: &'static str,
    /// The checks in reading order.
    pub checks: &'static [Check],
}

/// How a suite is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the inputs come from; the same seed gives the same inputs.
    pub seed: u64,
    /// The time a check may take.
    pub deadline: Duration,
    /// Only the check of this name.
    pub only: Option<String>,
    /// How many checks run at once. Most of them wait for something, so it may be more than there are CPUs.
    pub at_once: usize,
}

impl Default for Options {
    /// A fresh seed, ten seconds a check, all checks, four at once.
    fn default() -> Options {
        Options { seed: Random::fresh_seed(), deadline: Duration::from_secs(10), only: None, at_once: 4 }
    }
}

impl Options {
    /// As by default, with more time for a check: for a program that is expected to pass, on a machine that does other
    /// work too. It costs nothing when the program does pass.
    #[must_use]
    pub fn patient() -> Options {
        Options { deadline: Duration::from_secs(60), ..Options::default() }
    }
}

impl Suite {
    /// The check of this name.
    #[must_use]
    pub fn check(&self, name: &str) -> Option<&'static Check> {
        self.checks.iter().find(|check| check.name == name)
    }

    /// Runs the checks, several at once, each on a fresh process of `command`.
    ///
    /// - A check that fails, hangs or panics costs its own points and no other's.
    /// - Nothing of the command is left running.
    #[must_use]
    pub fn run(&'static self, command: &Command, options: &Options) -> Report {
        let mut report = Report::new(self.name, options.seed);
        self.run_each(command, options, |outcome| report.outcomes.push(outcome));
        report
    }

    /// The same, and tells of each outcome as soon as it and all before it are there: in reading order.
    pub fn run_each(&'static self, command: &Command, options: &Options, mut tell: impl FnMut(Outcome)) {
        let wanted = |check: &&Check| options.only.as_deref().is_none_or(|only| only == check.name);
        let checks: Vec<&'static Check> = self.checks.iter().filter(wanted).collect();
        let next = AtomicUsize::new(0);
        let (sender, outcomes) = channel();
        thread::scope(|scope| {
            let worker = |number: usize| {
                let (sender, checks, next) = (sender.clone(), &checks, &next);
                let work = move || take_and_run(checks, next, command, options, &sender);
                thread::Builder::new().name(format!("checks-{number}")).spawn_scoped(scope, work).is_ok()
            };
            let workers = (0..options.at_once.clamp(1, checks.len().max(1))).filter(|number| worker(*number));
            if workers.count() == 0 {
                take_and_run(&checks, &next, command, options, &sender);
            }
            drop(sender);
            // What is there before its turn waits for it.
            let mut early = BTreeMap::new();
            let mut turn = 0;
            for (number, outcome) in outcomes {
                early.insert(number, outcome);
                while let Some(outcome) = early.remove(&turn) {
                    tell(outcome);
                    turn += 1;
                }
            }
        });
    }
}

/// Takes one check after the other until none is left.
fn take_and_run(
    checks: &[&'static Check],
    next: &AtomicUsize,
    command: &Command,
    options: &Options,
    outcomes: &Sender<(usize, Outcome)>,
) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(check) = checks.get(number) else { return };
        let started = Instant::now();
        let failure = run_one(check, command, options).err();
        let outcome = Outcome { check, failure, took: started.elapsed() };
        if outcomes.send((number, outcome)).is_err() {
            return;
        }
    }
}

fn run_one(check: &Check, command: &Command, options: &Options) -> Result<(), Failure> {
    let mut trial = Trial::new(command, options.seed, options.deadline)?;
    // A check is a guest: when it panics, the others still run.
    let result = catch_unwind(AssertUnwindSafe(|| (check.run)(&mut trial))).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(Failure::new(format!("the check itself panicked, which is a mistake of the grader: {message}")))
    });
    // What fails then has an odd reason; this is the true one.
    let gone = !trial.folder().exists();
    result.map_err(|failure| {
        if gone {
            failure.when("the program has deleted the folder that it was given ($TMPDIR)")
        } else {
            failure
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Check, Options, Suite};
    use crate::{Command, Failure};

    static SUITE: Suite = Suite {
        name: "test",
        about: "",
        checks: &[
            Check { name: "panics", points: 1, means: "", run: |_| panic!("oh") },
            Check { name: "fails", points: 2, means: "", run: |_| Err(Failure::new("no")) },
            Check { name: "passes", points: 3, means: "", run: |_| Ok(()) },
        ],
    };

    #[test]
    fn one_check_does_not_cost_another_ones_points() {
        let report = SUITE.run(&Command::new("true", [""; 0]), &Options::default());
        assert_eq!(
            (report.passed(), report.failed(), report.points(), report.points_possible()),
            (1, 2, 3, 6)
        );
        assert!(report.to_string().contains("mistake of the grader: oh"), "{report}");
    }

    #[test]
    fn one_check_can_be_run_alone() {
        let options = Options { only: Some("passes".into()), ..Options::default() };
        SUITE.run(&Command::new("true", [""; 0]), &options).assert_passed();
    }
}
