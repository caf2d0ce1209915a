//! The folder that the student works in.

use std::path::{Path, PathBuf};
use std::{env, fs};

use lab::Exercise;

use super::session::{Session, Trouble};
use super::text;

/// A working copy of the workbook.
#[derive(Debug)]
pub struct Workbook {
    /// Its top folder.
    pub root: PathBuf,
}

impl Workbook {
    /// The workbook that the current folder is in, however deep.
    pub fn find() -> Option<Workbook> {
        let here = env::current_dir().ok()?;
        here.ancestors().find(|folder| is_workbook(folder)).map(|root| Workbook { root: root.to_owned() })
    }

    /// The same, or where to go instead.
    ///
    /// # Errors
    /// [`Trouble::Use`] when the current folder is in none.
    pub fn here(session: &Session) -> Result<Workbook, Trouble> {
        Workbook::find().ok_or_else(|| {
            let here = env::current_dir().unwrap_or_default();
            let built = Path::new(env!("CARGO_MANIFEST_DIR")).parent().filter(|folder| is_workbook(folder));
            let values: &[(&str, &dyn std::fmt::Display)] = match &built {
                Some(built) => &[("here", &here.display()), ("there", &built.display())],
                None => &[("here", &here.display())],
            };
            let message = if built.is_some() { text::ELSEWHERE } else { text::NOWHERE };
            Trouble::Use(session.fill(message, values))
        })
    }

    /// The folder of the exercises.
    pub fn exercises(&self) -> PathBuf {
        self.root.join("exercises")
    }

    /// The file that the student edits.
    pub fn main(&self, exercise: &Exercise) -> PathBuf {
        self.exercises().join(exercise.name).join("main.rs")
    }

    /// The file's text; none when it cannot be read.
    pub fn answer(&self, exercise: &Exercise) -> Option<String> {
        fs::read(self.main(exercise)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Whether the file is still as it was handed out.
    pub fn is_untouched(&self, exercise: &Exercise) -> bool {
        self.answer(exercise).is_some_and(|text| text == exercise.starter)
    }

    /// A path as it can be typed where the user is.
    pub fn shown(&self, path: &Path) -> String {
        let here = env::current_dir().unwrap_or_default();
        path.strip_prefix(here).unwrap_or(path).display().to_string()
    }
}

fn is_workbook(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("exercises/Cargo.toml")).unwrap_or_default();
    manifest.lines().any(|line| line.trim() == "name = \"exercises\"")
}
