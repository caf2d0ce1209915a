//! `check`: builds an answer, looks at what it does, and says how to go on.

use std::process::ExitCode;
use std::time::Duration;

use lab::{Command, Exercise, Options, Outcome, Random, Report};

use super::build::build;
use super::names::{self, Named};
use super::progress::{Entry, Progress};
use super::session::{Done, Session, Trouble};
use super::show::Shown;
use super::workbook::Workbook;
use super::{interrupt, suites, text};

/// Checks an exercise, a lesson's, or all.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// An exercise (greet), a lesson's (1 or lesson1), all, or the checks of a lesson program (lesson1.server); a single
    /// check as NAME.CHECK. Without it, the exercise that is next
    #[arg(value_name = "NAME|LESSON|all")]
    what: Option<String>,
    /// The seed of an earlier run, to have the same inputs again
    #[arg(long)]
    seed: Option<u64>,
    /// Seconds that each check may take
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    deadline: u64,
    /// Tell every failure in full, not only the first
    #[arg(long)]
    all_failures: bool,
    /// Let COMMAND count as your answer; otherwise only exercises/NAME/main.rs does
    #[arg(long, requires = "command")]
    count: bool,
    /// The command to check instead of your file, such as `python3 my_server.py`
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

impl Check {
    /// Does it.
    pub fn run(self, session: &Session) -> Done {
        // Without it the check works, too.
        let _tidy = interrupt::tidy_when_interrupted();
        let named = match &self.what {
            Some(what) => names::find(session, what)?,
            None => match Progress::read(session, &Workbook::here(session)?).next() {
                Some(exercise) => Named::Exercise(exercise, None),
                None => return Ok(session.say(text::ALL_DONE, &[]).map(|()| ExitCode::SUCCESS)?),
            },
        };
        match named {
            Named::Suite(suite, only) => suites::check(session, suite, self.options(only), &self.command),
            Named::Exercise(exercise, only) => self.one(session, exercise, only),
            Named::Several(exercises) if self.command.is_empty() => self.several(session, &exercises),
            Named::Several(_) => Err(Trouble::Use(session.fill(text::ONE_COMMAND, &[]))),
        }
    }

    fn options(&self, only: Option<String>) -> Options {
        let deadline = Duration::from_secs(self.deadline);
        Options { seed: self.seed.unwrap_or_else(Random::fresh_seed), deadline, only, ..Options::default() }
    }

    /// One exercise, told at length.
    fn one(&self, session: &Session, exercise: &'static Exercise, only: Option<String>) -> Done {
        let (command, workbook) = match self.command.split_first() {
            Some((program, args)) => (Command::new(program, args), Workbook::find()),
            None => {
                let workbook = Workbook::here(session)?;
                (Command::new(build(session, &workbook, exercise)?, [""; 0]), Some(workbook))
            }
        };
        // Somebody else's program, or a part of the checks, says nothing about the student's answer.
        let counts = only.is_none() && (self.command.is_empty() || self.count);
        let options = self.options(only);
        let task = session.lang.of(exercise.task);
        session.line(session.strong(format!("{}: {task}", exercise.name)))?;
        let mut shown = Shown::new(*session, self.all_failures);
        let report = run(exercise, &command, &options, |outcome| shown.outcome(outcome))?;
        let values: &[(&str, &dyn std::fmt::Display)] = &[
            ("points", &report.points()),
            ("possible", &report.points_possible()),
            ("name", &exercise.name),
            ("seed", &report.seed),
        ];
        let workbook = workbook.filter(|_| counts);
        let entry = workbook.map(|workbook| (record(session, &workbook, exercise, &report), workbook));
        if report.failed() > 0 {
            session.line("")?;
            session.say(text::SUM_FAILED, values)?;
            if shown.has_more() {
                session.say(text::SUM_MORE, values)?;
            }
            // No more hints than there are.
            match entry.map_or(1, |(entry, _)| entry.hints + 1) {
                rung @ 1..=4 => session.say(text::SUM_HINT, &[("name", &exercise.name), ("n", &rung)])?,
                _ => session.say(text::SUM_HINTS_AGAIN, values)?,
            }
            return Ok(ExitCode::FAILURE);
        }
        session.line(session.good(session.fill(text::SUM_PASSED, values)))?;
        match entry {
            Some((_, workbook)) => after_success(session, &workbook, exercise)?,
            None if options.only.is_none() => session.say(text::SUM_NOT_COUNTED, values)?,
            None => {}
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Many exercises, a line each.
    fn several(&self, session: &Session, exercises: &[&'static Exercise]) -> Done {
        let workbook = Workbook::here(session)?;
        let (mut passed, mut begun) = (0, 0);
        for exercise in exercises {
            let title = format!("{:<14}", exercise.name);
            if workbook.is_untouched(exercise) {
                session.line(format!("· {title} {}", session.fill(text::NOT_BEGUN, &[])))?;
                continue;
            }
            begun += 1;
            let program = match build(session, &workbook, exercise) {
                Ok(program) => program,
                Err(Trouble::Failed(why)) => {
                    session.line(format!("{} {title} {why}", session.bad("✗")))?;
                    continue;
                }
                Err(other) => return Err(other),
            };
            let report = run(exercise, &Command::new(program, [""; 0]), &self.options(None), |_| Ok(()))?;
            record(session, &workbook, exercise, &report);
            let sum: &[(&str, &dyn std::fmt::Display)] =
                &[("points", &report.points()), ("possible", &report.points_possible())];
            let sum = session.fill(text::OF_POINTS, sum);
            match report.outcomes.iter().find_map(|outcome| Some((outcome, outcome.failure.as_ref()?))) {
                None => {
                    passed += 1;
                    session.line(format!("{} {title} {sum}", session.good("✓")))?;
                }
                Some((outcome, failure)) => {
                    let failure = failure.to_string();
                    let first = failure.lines().next().unwrap_or_default();
                    session.line(format!(
                        "{} {title} {sum}; {}: {first}",
                        session.bad("✗"),
                        outcome.check.name
                    ))?;
                }
            }
        }
        session
            .say(text::SUM_SEVERAL, &[("passed", &passed), ("begun", &begun), ("all", &exercises.len())])?;
        Ok(if passed == begun { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Runs the checks to the end, even when nobody reads any more.
fn run(
    exercise: &'static Exercise,
    command: &Command,
    options: &Options,
    mut tell: impl FnMut(&Outcome) -> std::io::Result<()>,
) -> Result<Report, Trouble> {
    let mut report = Report::new(exercise.suite.name, options.seed);
    let mut told = Ok(());
    exercise.suite.run_each(command, options, |outcome| {
        if told.is_ok() {
            told = tell(&outcome);
        }
        report.outcomes.push(outcome);
    });
    told?;
    Ok(report)
}

fn record(
    session: &Session,
    workbook: &Workbook,
    exercise: &Exercise,
    report: &Report,
) -> super::progress::Entry {
    Progress::change(session, workbook, exercise, |entry| {
        entry.passed |= report.failed() == 0;
        entry.points = (report.points(), report.points_possible());
        entry.checks = entry.checks.saturating_add(1);
    })
}

fn after_success(session: &Session, workbook: &Workbook, exercise: &Exercise) -> std::io::Result<()> {
    session.say(text::COMPARE, &[("name", &exercise.name)])?;
    let progress = Progress::read(session, workbook);
    let Some(next) = progress.next_after(exercise) else { return session.say(text::ALL_DONE, &[]) };
    session.say(text::NEXT_IS, &[("name", &next.name), ("task", &session.lang.of(next.task))])?;
    let others = progress.begun().filter(|(other, _)| other.name != next.name);
    let points = |entry: Entry| {
        session.fill(text::OF_POINTS, &[("points", &entry.points.0), ("possible", &entry.points.1)])
    };
    let names: Vec<String> =
        others.map(|(other, entry)| format!("{} ({})", other.name, points(entry))).collect();
    match names.is_empty() {
        true => Ok(()),
        false => session.say(text::STILL_OPEN, &[("names", &names.join(", "))]),
    }
}
