//! What came out: a list, never one bit.

use std::fmt;
use std::time::Duration;

use crate::{Check, Failure};

/// What became of one check.
#[derive(Debug)]
pub struct Outcome {
    /// The check.
    pub check: &'static Check,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// How long it took.
    pub took: Duration,
}

/// What became of a suite.
#[derive(Debug)]
pub struct Report {
    /// The suite's name.
    pub suite: &'static str,
    /// The seed with which it can be repeated.
    pub seed: u64,
    /// One entry a check, in the suite's order.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new(suite: &'static str, seed: u64) -> Report {
        Report { suite, seed, outcomes: Vec::new() }
    }

    /// How many checks passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.failure.is_none()).count()
    }

    /// How many checks failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.outcomes.len() - self.passed()
    }

    /// The points earned.
    #[must_use]
    pub fn points(&self) -> u32 {
        self.outcomes
            .iter()
            .filter(|outcome| outcome.failure.is_none())
            .map(|outcome| outcome.check.points)
            .sum()
    }

    /// The points that could be earned.
    #[must_use]
    pub fn points_possible(&self) -> u32 {
        self.outcomes.iter().map(|outcome| outcome.check.points).sum()
    }

    /// For tests: that everything passed.
    ///
    /// # Panics
    /// With the rendered report when a check failed, or when none was run.
    pub fn assert_passed(&self) {
        assert!(self.failed() == 0 && self.passed() > 0, "\n{self}");
    }

    /// The closing lines: points, seed when it matters, and `N passed, N failed`.
    #[must_use]
    pub fn summary(&self) -> String {
        let repeat =
            if self.failed() > 0 { format!(" (repeat with --seed {})", self.seed) } else { String::new() };
        format!(
            "{} of {} points{repeat}\n{} passed, {} failed",
            self.points(),
            self.points_possible(),
            self.passed(),
            self.failed()
        )
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Check { name, points, means, .. } = self.check;
        let unit = if *points == 1 { "point" } else { "points" };
        let Some(failure) = &self.failure else {
            write!(out, "✓ {name} ({points} {unit}")?;
            // Most take no time worth a word.
            if self.took >= Duration::from_secs(1) {
                write!(out, ", {:.1} s", self.took.as_secs_f32())?;
            }
            return write!(out, ")");
        };
        writeln!(out, "✗ {name} (0 of {points} {unit}, {:.1} s)", self.took.as_secs_f32())?;
        for line in failure.to_string().lines() {
            writeln!(out, "    {line}")?;
        }
        write!(out, "    What this is about: {means}")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} (seed {})", self.suite, self.seed)?;
        for outcome in &self.outcomes {
            writeln!(out, "{outcome}")?;
        }
        write!(out, "{}", self.summary())
    }
}
