//! `reset`: an exercise as it was handed out, from the copy inside this program. What the student wrote is kept.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::names;
use super::progress::fresh;
use super::session::{Done, Session, Trouble};
use super::text;
use super::workbook::Workbook;

/// Does it.
pub fn reset(session: &Session, name: &str) -> Done {
    let exercise = names::exercise(session, name)?;
    let workbook = Workbook::here(session)?;
    let file = workbook.main(exercise);
    let shown = workbook.shown(&file);
    if workbook.is_untouched(exercise) {
        session.say(text::RESET_NOTHING, &[("file", &shown)])?;
        return Ok(ExitCode::SUCCESS);
    }
    let kept = replace(&file, exercise.starter).map_err(|error| {
        Trouble::Failed(session.fill(text::RESET_FAILED, &[("file", &shown), ("why", &error)]))
    })?;
    session.say(text::RESET, &[("file", &shown)])?;
    if let Some(kept) = kept {
        session.say(text::RESET_KEPT, &[("kept", &workbook.shown(&kept)), ("file", &shown)])?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts `text` in the place of the file, and says where the old one is now. At no moment is there neither.
fn replace(file: &Path, text: &str) -> io::Result<Option<PathBuf>> {
    let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let kept = match fs::read(file) {
        Ok(bytes) => {
            let (kept, mut copy) = fresh(folder, "main.rs.before-reset")?;
            copy.write_all(&bytes)?;
            Some(kept)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let new = folder.join(format!("main.rs.new-{}", std::process::id()));
    fs::write(&new, text)?;
    fs::rename(&new, file)?;
    Ok(kept)
}
