//! `list`: the exercises and how far they are.

use std::process::ExitCode;

use lab::Exercise;

use super::names::{self, Named};
use super::progress::{Entry, Progress};
use super::session::{Done, Session};
use super::show::stars;
use super::workbook::Workbook;
use super::{suites, text};

/// Lists what `what` names; without it, all exercises.
pub fn list(session: &Session, what: Option<&str>, lessons: bool) -> Done {
    match what.map(|what| names::find(session, what)).transpose()? {
        _ if lessons => suites::list(session),
        None => exercises(session, &lab::exercises().collect::<Vec<_>>()),
        Some(Named::Several(named)) => exercises(session, &named),
        Some(Named::Exercise(exercise, _)) => suites::describe(session, exercise.suite),
        Some(Named::Suite(suite, _)) => suites::describe(session, suite),
    }
}

fn exercises(session: &Session, exercises: &[&'static Exercise]) -> Done {
    // Outside a workbook nothing is known of a student, and the list is the same.
    let progress = Workbook::find().map(|workbook| Progress::read(session, &workbook)).unwrap_or_default();
    let mut lesson = 0;
    let (mut passed, mut minutes) = (0, 0);
    for exercise in exercises {
        if exercise.lesson != lesson {
            lesson = exercise.lesson;
            session.line(session.strong(session.fill(text::LESSON, &[("n", &lesson)])))?;
        }
        let entry = progress.of(exercise);
        let sign = match entry {
            Entry { passed: true, .. } => session.good("✓"),
            Entry { checks: 0, .. } => "·".to_owned(),
            _ => "…".to_owned(),
        };
        let time = session.fill(text::MINUTES, &[("n", &format!("{:>3}", exercise.minutes))]);
        let task = session.lang.of(exercise.task);
        let state = state(session, entry);
        session.line(format!("  {sign} {:<14} {} {time}  {task}{state}", exercise.name, stars(exercise)))?;
        passed += usize::from(entry.passed);
        minutes += if entry.passed { 0 } else { u32::from(exercise.minutes) };
    }
    session.line("")?;
    session.say(text::LIST_SUM, &[("passed", &passed), ("all", &exercises.len())])?;
    match minutes {
        0 => {}
        1..120 => session.say(text::LIST_MINUTES, &[("n", &minutes)])?,
        _ => session.say(text::LIST_HOURS, &[("n", &minutes.div_ceil(60))])?,
    }
    session.say(text::LIST_HOW, &[])?;
    Ok(ExitCode::SUCCESS)
}

/// What a sign does not tell.
fn state(session: &Session, entry: Entry) -> String {
    let mut parts = Vec::new();
    let (points, possible) = entry.points;
    if points < possible {
        let values: &[(&str, &dyn std::fmt::Display)] = &[("points", &points), ("possible", &possible)];
        parts.push(session.fill(text::OF_POINTS, values));
    }
    if entry.hints > 0 && !entry.passed {
        parts.push(session.fill(text::HINTS_OPEN, &[("n", &entry.hints)]));
    }
    if entry.gave_up {
        parts.push(session.fill(text::SOLUTION_SEEN, &[]));
    }
    if parts.is_empty() { String::new() } else { format!("  [{}]", parts.join(", ")) }
}
