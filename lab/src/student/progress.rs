//! What the student has done: one small file in the working copy, for people and for this program.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lab::Exercise;

use super::session::Session;
use super::text;
use super::workbook::Workbook;

mod entry;

pub use entry::Entry;

/// The file's name. It is in `.gitignore`, and so is whatever begins like it.
pub const FILE: &str = ".lab-progress";

const HEADER: &str =
    "# Progress of `cargo lab`, an exercise a line. Without this file you begin again; your answers stay.";

/// The progress as it was read.
#[derive(Debug, Default)]
pub struct Progress {
    entries: BTreeMap<String, Entry>,
    /// Whether there is a file: without one, the student is new.
    pub is_there: bool,
}

impl Progress {
    /// What is known of an exercise.
    pub fn of(&self, exercise: &Exercise) -> Entry {
        self.entries.get(exercise.name).copied().unwrap_or_default()
    }

    /// The first exercise that has not been passed.
    pub fn next(&self) -> Option<&'static Exercise> {
        lab::exercises().find(|exercise| !self.of(exercise).passed)
    }

    /// The exercise to do behind this one: the next open one of its lesson, or of the later lessons, or the first open one.
    pub fn next_after(&self, exercise: &Exercise) -> Option<&'static Exercise> {
        let at = lab::exercises().position(|other| other.name == exercise.name);
        let open = lab::exercises()
            .enumerate()
            .filter(|(_, other)| other.name != exercise.name && !self.of(other).passed);
        // Of those with the same number the first one.
        let far = |(place, other): &(usize, &Exercise)| match other.lesson.cmp(&exercise.lesson) {
            Ordering::Equal if Some(*place) > at => 0,
            Ordering::Equal => 1,
            Ordering::Greater => 2,
            Ordering::Less => 3,
        };
        open.min_by_key(far).map(|(_, next)| next)
    }

    /// The exercises that were checked and never passed, with their points.
    pub fn begun(&self) -> impl Iterator<Item = (&'static Exercise, Entry)> {
        let entries = lab::exercises().map(|exercise| (exercise, self.of(exercise)));
        entries.filter(|(_, entry)| !entry.passed && entry.checks > 0)
    }

    /// Reads the file. What cannot be read of it is told, and never in the way.
    pub fn read(session: &Session, workbook: &Workbook) -> Progress {
        let path = workbook.root.join(FILE);
        let (progress, damaged) = match read(&path) {
            Ok(both) => both,
            Err(error) => {
                session.note(session.fill(text::PROGRESS_UNREADABLE, &[("file", &FILE), ("why", &error)]));
                return Progress { is_there: true, ..Progress::default() };
            }
        };
        if !damaged.is_empty() {
            let (count, first) = (damaged.len(), &damaged[0]);
            let values: &[(&str, &dyn std::fmt::Display)] =
                &[("file", &FILE), ("n", &count), ("line", first)];
            session.note(session.fill(text::PROGRESS_DAMAGED, values));
        }
        progress
    }

    /// Changes what is known of an exercise, in the file too. When that cannot be written, it is told and life goes on.
    pub fn change(
        session: &Session,
        workbook: &Workbook,
        exercise: &Exercise,
        change: impl FnOnce(&mut Entry),
    ) -> Entry {
        let mut entry = Progress::default().of(exercise);
        let written = write(workbook, |progress| {
            let known = progress.entries.entry(exercise.name.to_owned()).or_default();
            change(known);
            entry = *known;
        });
        match written {
            Ok(None) => {}
            Ok(Some(kept)) => {
                session
                    .note(session.fill(text::PROGRESS_KEPT, &[("file", &FILE), ("kept", &kept.display())]));
            }
            Err(error) => {
                session.note(session.fill(text::PROGRESS_UNWRITTEN, &[("file", &FILE), ("why", &error)]));
            }
        }
        entry
    }
}

/// The file's entries, and the lines that are none.
fn read(path: &Path) -> io::Result<(Progress, Vec<String>)> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok((Progress::default(), Vec::new()));
        }
        read => read?,
    };
    let mut progress = Progress { is_there: true, ..Progress::default() };
    let mut damaged = Vec::new();
    for line in String::from_utf8_lossy(&bytes).lines() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match Entry::parse(line) {
            Some((name, entry)) => drop(progress.entries.insert(name, entry)),
            None => damaged.push(line.escape_debug().take(60).collect()),
        }
    }
    Ok((progress, damaged))
}

/// Reads, changes and writes the file, one program at a time. A damaged one is kept under another name, which is told.
fn write(workbook: &Workbook, change: impl FnOnce(&mut Progress)) -> io::Result<Option<PathBuf>> {
    let path = workbook.root.join(FILE);
    // The folder is the lock: it is there, and it stays when the file is replaced. A file system without locks has to do
    // without; the file is never torn even so.
    let lock = File::open(workbook.exercises())?;
    let _ = lock.lock();
    let (mut progress, damaged) = read(&path)?;
    let kept = if damaged.is_empty() { None } else { Some(keep(&path)?) };
    change(&mut progress);
    let mut text = format!("{HEADER}\n");
    for (name, entry) in &progress.entries {
        text += &format!("{name}: {entry}\n");
    }
    let new = workbook.root.join(format!("{FILE}.{}", std::process::id()));
    fs::write(&new, text)?;
    fs::rename(&new, &path)?;
    Ok(kept)
}

fn keep(path: &Path) -> io::Result<PathBuf> {
    let bytes = fs::read(path)?;
    let (kept, mut file) = fresh(path.parent().unwrap_or(path), &format!("{FILE}.damaged"))?;
    file.write_all(&bytes)?;
    Ok(kept)
}

/// A new file `NAME-1`, or with the first number that nobody has: nothing is overwritten.
///
/// # Errors
/// When the folder cannot be written.
pub fn fresh(folder: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    let mut number = 1;
    loop {
        let path = folder.join(format!("{name}-{number}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Progress};

    /// What comes behind `done` when these are passed too.
    fn next(done: &str, passed: impl Iterator<Item = &'static str>) -> Option<&'static str> {
        let entry = Entry { passed: true, ..Entry::default() };
        let entries = passed.chain(lab::exercise(done).map(|exercise| exercise.name));
        let entries = entries.map(|name| (name.to_owned(), entry)).collect();
        let progress = Progress { entries, is_there: true };
        lab::exercise(done).and_then(|done| progress.next_after(done)).map(|next| next.name)
    }

    #[test]
    fn a_lesson_is_finished_before_the_next_one_and_what_was_skipped_comes_last() {
        let of = |lessons: std::ops::RangeInclusive<u8>| {
            let all = lab::exercises().filter(move |exercise| lessons.contains(&exercise.lesson));
            all.map(|exercise| exercise.name)
        };
        let fifth: Vec<&str> = of(5..=5).collect();
        let (first, second, last) = (fifth[0], fifth[1], fifth[fifth.len() - 1]);
        assert_eq!(next(first, [].into_iter()), Some(second));
        assert_eq!(next(first, [second].into_iter()), Some(fifth[2]));
        assert_eq!(next(last, [].into_iter()), Some(first), "the others of its lesson");
        assert_eq!(next(last, of(5..=5)), of(6..=6).next());
        assert_eq!(next(last, of(5..=8)), of(1..=1).next());
        assert_eq!(next(last, of(1..=8)), None);
    }
}
