//! Grading: one record of what became of the exercises of one submission, and the forms in which it leaves this program.
//!
//! 1. [`Submission`] finds a student's files and builds them.
//! 2. [`Submission::grade`] runs the checks: a [`Record`].
//! 3. [`Format::render`] writes a record for a person or for a system; [`Overview`] writes many of them.

use crate::{Exercise, Failure, Outcome};

mod formats;
mod overview;
mod submission;
mod systems;

pub use formats::Format;
pub use overview::Overview;
pub use submission::Submission;

/// What became of one submission.
#[derive(Debug)]
pub struct Record {
    /// Whose it is: the name of the folder.
    pub student: String,
    /// The seed the inputs were drawn from.
    pub seed: u64,
    /// One entry an exercise, in the order of the lessons.
    pub graded: Vec<Graded>,
}

/// What became of one exercise.
#[derive(Debug)]
pub struct Graded {
    /// The exercise.
    pub exercise: &'static Exercise,
    /// How far it came.
    pub state: State,
}

/// How far an exercise came.
#[derive(Debug)]
pub enum State {
    /// There is no file, or it is as it was handed out.
    NotBegun,
    /// It could not be built; what the compiler said.
    NotBuilt(String),
    /// Its checks were run.
    Checked(Vec<Outcome>),
}

impl Record {
    /// The points earned.
    #[must_use]
    pub fn points(&self) -> u32 {
        self.graded.iter().map(Graded::points).sum()
    }

    /// The points that could be earned.
    #[must_use]
    pub fn points_possible(&self) -> u32 {
        self.graded.iter().map(Graded::points_possible).sum()
    }
}

impl Graded {
    /// The points earned.
    #[must_use]
    pub fn points(&self) -> u32 {
        self.rows().iter().filter(|row| row.failure.is_none()).map(|row| row.points).sum()
    }

    /// The points that could be earned.
    #[must_use]
    pub fn points_possible(&self) -> u32 {
        self.exercise.suite.checks.iter().map(|check| check.points).sum()
    }

    /// Whether every check passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.points() == self.points_possible()
    }

    /// A line for each check, whatever became of the exercise.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let without = |why: &str| {
            let row = |check: &crate::Check| Row {
                check: check.name,
                points: check.points,
                seconds: 0.0,
                failure: Some(why.to_owned()),
            };
            self.exercise.suite.checks.iter().map(row).collect()
        };
        match &self.state {
            State::NotBegun => without("not begun"),
            State::NotBuilt(why) => without(&format!("it does not compile\n{why}")),
            State::Checked(outcomes) => outcomes.iter().map(Row::from).collect(),
        }
    }

    /// The first check that failed, by name; `not begun` and `does not compile` where none was run.
    #[must_use]
    pub fn first_failing(&self) -> Option<&'static str> {
        match &self.state {
            State::NotBegun => Some("not begun"),
            State::NotBuilt(_) => Some("does not compile"),
            State::Checked(outcomes) => {
                outcomes.iter().find(|outcome| outcome.failure.is_some()).map(|outcome| outcome.check.name)
            }
        }
    }
}

/// What became of one check.
#[derive(Debug)]
pub struct Row {
    /// Its name.
    pub check: &'static str,
    /// What it is worth.
    pub points: u32,
    /// How long it took.
    pub seconds: f32,
    /// Why it failed: a sentence, then facts, a line each.
    pub failure: Option<String>,
}

impl Row {
    /// The points earned.
    #[must_use]
    pub fn earned(&self) -> u32 {
        if self.failure.is_none() { self.points } else { 0 }
    }

    /// The sentence of the failure; empty when it passed.
    #[must_use]
    pub fn sentence(&self) -> &str {
        self.failure.as_deref().and_then(|failure| failure.lines().next()).unwrap_or_default()
    }
}

impl From<&Outcome> for Row {
    fn from(outcome: &Outcome) -> Row {
        Row {
            check: outcome.check.name,
            points: outcome.check.points,
            seconds: outcome.took.as_secs_f32(),
            failure: outcome.failure.as_ref().map(Failure::to_string),
        }
    }
}
