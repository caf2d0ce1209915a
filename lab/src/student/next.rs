//! `lab` alone: what to do next.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use lab::Exercise;

use super::progress::Progress;
use super::session::{Done, Session};
use super::show::stars;
use super::text;
use super::workbook::Workbook;

/// Says what to do next; to somebody new, also what this is.
pub fn next(session: &Session) -> Done {
    let workbook = Workbook::here(session)?;
    let progress = Progress::read(session, &workbook);
    if !progress.is_there {
        session.say(text::WELCOME, &[("all", &lab::exercises().count())])?;
        session.line("")?;
    }
    match progress.next() {
        Some(exercise) => {
            head(session, &workbook, exercise)?;
            commands(session, exercise)?;
        }
        None => session.say(text::ALL_DONE, &[])?,
    }
    Ok(ExitCode::SUCCESS)
}

/// An exercise: what is asked, and where.
///
/// # Errors
/// Those of standard output.
pub fn head(session: &Session, workbook: &Workbook, exercise: &Exercise) -> io::Result<()> {
    let file = workbook.main(exercise);
    let readme = file.with_file_name("README.md");
    let values: &[(&str, &dyn Display)] = &[
        ("name", &session.strong(exercise.name)),
        ("stars", &stars(exercise)),
        ("lesson", &exercise.lesson),
        ("minutes", &exercise.minutes),
        ("task", &session.lang.of(exercise.task)),
        ("readme", &workbook.shown(&readme)),
        ("file", &workbook.shown(&file)),
    ];
    session.say(text::NEXT, values)?;
    session.line("")
}

/// What can be done with it.
fn commands(session: &Session, exercise: &Exercise) -> io::Result<()> {
    let name = exercise.name;
    for (command, does) in [
        (format!("check {name}"), text::DO_CHECK),
        ("watch".to_owned(), text::DO_WATCH),
        (format!("hint {name}"), text::DO_HINT),
        ("list".to_owned(), text::DO_LIST),
    ] {
        session.line(format!("  cargo lab {command:<20} {}", does.get(session.lang)))?;
    }
    Ok(())
}
