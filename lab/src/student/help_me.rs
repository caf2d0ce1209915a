//! `hint` and `solution`: help in four steps, and what to compare with.

use std::process::ExitCode;

use lab::Exercise;

use super::names;
use super::progress::Progress;
use super::session::{Done, Session, Trouble};
use super::text;
use super::workbook::Workbook;

/// Opens the next hint; `again` shows those that are open.
pub fn hint(session: &Session, name: Option<&str>, again: bool) -> Done {
    let workbook = Workbook::here(session)?;
    let progress = Progress::read(session, &workbook);
    let Some(exercise) = name.map(|name| names::exercise(session, name)).transpose()?.or(progress.next())
    else {
        return Ok(session.say(text::ALL_DONE, &[]).map(|()| ExitCode::SUCCESS)?);
    };
    let rungs = rungs(exercise);
    let open = progress.of(exercise).hints.min(rungs.len());
    let first = if again || open == rungs.len() { 0 } else { open };
    let last = if again { open.max(1) } else { (open + 1).min(rungs.len()) };
    for (at, rung) in rungs.iter().enumerate().take(last).skip(first) {
        let title =
            &[("name", &exercise.name as &dyn std::fmt::Display), ("n", &(at + 1)), ("all", &rungs.len())];
        session.line(session.strong(session.fill(text::HINT, title)))?;
        session.line(format!("\n{rung}\n"))?;
    }
    // It is open when it was shown.
    if last > open {
        Progress::change(session, &workbook, exercise, |entry| entry.hints = entry.hints.max(last));
    }
    match last {
        last if last < rungs.len() => session.say(text::HINT_NEXT, &[("name", &exercise.name)])?,
        _ => session.say(text::HINT_LAST, &[("name", &exercise.name)])?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The sections of hints.md, each without the `#` of its heading.
fn rungs(exercise: &Exercise) -> Vec<String> {
    let mut rungs: Vec<String> = Vec::new();
    let mut code = false;
    for line in exercise.hints.lines() {
        // A line of Python or a manifest in an example may begin like a heading.
        code ^= line.starts_with("```");
        match line.strip_prefix("# ").filter(|_| !code) {
            Some(heading) => rungs.push(heading.to_owned()),
            None => rungs.iter_mut().last().into_iter().for_each(|rung| *rung += &format!("\n{line}")),
        }
    }
    rungs.iter().map(|rung| rung.trim_end().to_owned()).collect()
}

/// Shows the solution to those who have passed, and to those who ask for it in earnest.
pub fn solution(session: &Session, name: &str, give_up: bool) -> Done {
    let exercise = names::exercise(session, name)?;
    let workbook = Workbook::here(session)?;
    let entry = Progress::read(session, &workbook).of(exercise);
    if !(entry.passed || entry.gave_up || give_up) {
        return Err(Trouble::Failed(session.fill(text::NOT_YET, &[("name", &exercise.name)])));
    }
    session.line(exercise.solution.trim_end())?;
    session.line("")?;
    // Why the others fail is the better half of it.
    if let Some(last) = rungs(exercise).last() {
        session.line(last)?;
    }
    if !entry.passed && !entry.gave_up {
        Progress::change(session, &workbook, exercise, |entry| entry.gave_up = true);
    }
    Ok(ExitCode::SUCCESS)
}
