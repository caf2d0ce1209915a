//! Outcomes as a student reads them: the first failure in full, the others in a line.

use std::io;
use std::time::Duration;

use lab::{Exercise, Outcome};

use super::session::Session;
use super::text;

/// Shows outcomes one after the other.
#[derive(Debug)]
pub struct Shown {
    session: Session,
    /// Whether every failure is told in full.
    all: bool,
    failures: usize,
}

impl Shown {
    /// Nothing is shown yet.
    pub fn new(session: Session, all: bool) -> Shown {
        Shown { session, all, failures: 0 }
    }

    /// Shows one.
    ///
    /// # Errors
    /// Those of standard output.
    pub fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        let session = &self.session;
        let points = points(session, outcome.check.points);
        let name = outcome.check.name;
        let Some(failure) = &outcome.failure else {
            return session.line(format!("  {} {name} ({points}{})", session.good("✓"), took(outcome.took)));
        };
        self.failures += 1;
        let failure = failure.to_string();
        let title = format!("  {} {name} (0/{points}{})", session.bad("✗"), took(outcome.took));
        if self.failures > 1 && !self.all {
            return session.line(format!("{title}: {}", failure.lines().next().unwrap_or_default()));
        }
        session.line(title)?;
        for line in failure.lines() {
            session.line(format!("      {line}"))?;
        }
        session.say(text::ABOUT, &[("means", &outcome.check.means)])
    }

    /// Whether there are failures that were told in a line only.
    pub fn has_more(&self) -> bool {
        self.failures > 1 && !self.all
    }
}

/// `2 points`.
pub fn points(session: &Session, points: u32) -> String {
    session.fill(if points == 1 { text::POINT } else { text::POINTS }, &[("n", &points)])
}

/// Most take no time worth a word.
fn took(time: Duration) -> String {
    if time < Duration::from_secs(1) { String::new() } else { format!(", {:.1} s", time.as_secs_f32()) }
}

/// `★★☆`.
pub fn stars(exercise: &Exercise) -> String {
    let full = usize::from(exercise.stars.min(3));
    format!("{}{}", "★".repeat(full), "☆".repeat(3 - full))
}
