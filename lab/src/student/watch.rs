//! `watch`: checks after every save, and goes on to the next exercise when one passes.
//!
//! A check is a program of its own, in a process group of its own: a save ends it at once, whatever it waits for.

use std::os::fd::AsFd;
use std::process::ExitCode;

use lab::Exercise;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::interrupt::Interrupted;
use super::names;
use super::next;
use super::progress::Progress;
use super::session::{Done, Session, Trouble};
use super::text;
use super::workbook::Workbook;
use changes::Changes;
use run::Run;

mod changes;
mod run;

/// What ends a wait.
enum Woken {
    /// The user wants to stop.
    Stopped,
    /// The file has other contents than before.
    Saved,
    /// The check has ended; whether it has passed.
    Checked(bool),
}

/// Watches one exercise after the other, until Ctrl-C.
pub fn watch(session: &Session, name: Option<&str>, by_looking: bool) -> Done {
    let workbook = Workbook::here(session)?;
    let named = name.map(|name| names::exercise(session, name)).transpose()?;
    let interrupted = Interrupted::new().map_err(|error| cannot(session, &error))?;
    let mut current = named.or_else(|| Progress::read(session, &workbook).next());
    while let Some(exercise) = current {
        if !one(session, &workbook, exercise, by_looking, &interrupted)? {
            session.say(text::WATCH_STOPPED, &[])?;
            return Ok(ExitCode::SUCCESS);
        }
        current = Progress::read(session, &workbook).next_after(exercise);
    }
    session.say(text::ALL_DONE, &[])?;
    Ok(ExitCode::SUCCESS)
}

/// Watches one exercise until it has passed; `false` when the user has stopped that.
fn one(
    session: &Session,
    workbook: &Workbook,
    exercise: &'static Exercise,
    by_looking: bool,
    interrupted: &Interrupted,
) -> Result<bool, Trouble> {
    let file = workbook.shown(&workbook.main(exercise));
    let (mut changes, lost) = Changes::of(&workbook.main(exercise), by_looking);
    if let Some(why) = lost {
        session.note(session.fill(text::WATCH_BY_LOOKING, &[("why", &why)]));
    }
    // Who watches what is passed already wants to make it better, not to leave it.
    let stays = Progress::read(session, workbook).of(exercise).passed;
    next::head(session, workbook, exercise)?;
    session.say(text::WATCHING, &[("file", &file)])?;
    let start = || Run::start(session.lang, exercise).map_err(|error| cannot(session, &error));
    let mut run = Some(start()?);
    loop {
        match wait(&mut changes, run.as_mut(), interrupted).map_err(|error| cannot(session, &error.into()))? {
            Woken::Stopped => return Ok(false),
            Woken::Saved => {
                // The old one is gone before the new one begins: they share the target folder and the terminal.
                drop(run.take());
                session.line("")?;
                session.say(text::WATCH_SAVED, &[("file", &file)])?;
                run = Some(start()?);
            }
            Woken::Checked(passed) => {
                run = None;
                // Where progress cannot be written it would be the next one for ever.
                if passed && !stays && Progress::read(session, workbook).of(exercise).passed {
                    session.line("")?;
                    return Ok(true);
                }
                session.say(text::WATCH_WAITS, &[("file", &file)])?;
            }
        }
    }
}

/// Waits for the first of the three.
fn wait(changes: &mut Changes, mut run: Option<&mut Run>, interrupted: &Interrupted) -> Result<Woken, Errno> {
    loop {
        let mut watched = vec![PollFd::from_borrowed_fd(interrupted.as_fd(), PollFlags::IN)];
        watched.extend(changes.events().map(|events| PollFd::from_borrowed_fd(events, PollFlags::IN)));
        let ended = run.as_ref().map(|run| PollFd::from_borrowed_fd(run.ended(), PollFlags::IN));
        let check = ended.map(|ended| {
            watched.push(ended);
            watched.len() - 1
        });
        let pause = changes.pause().and_then(|pause| Timespec::try_from(pause).ok());
        match poll(&mut watched, pause.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
        let is_ready = |at: usize| watched.get(at).is_some_and(|fd| !fd.revents().is_empty());
        let (stopped, checked) = (is_ready(0), check.is_some_and(is_ready));
        if stopped {
            return Ok(Woken::Stopped);
        }
        // A save that comes with the end of a check makes its result an old one.
        if changes.happened() {
            return Ok(Woken::Saved);
        }
        if checked && let Some(run) = run.as_mut() {
            return Ok(Woken::Checked(run.passed()));
        }
    }
}

fn cannot(session: &Session, error: &std::io::Error) -> Trouble {
    Trouble::Failed(session.fill(text::WATCH_CANNOT, &[("why", error)]))
}
