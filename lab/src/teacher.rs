//! `lab grade` and `lab report`: what a teacher, or a system of theirs, runs.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use lab::grade::{Format, Overview, Record, Submission};
use lab::{Exercise, Options, Random};

use crate::student::session::{Done, Session};
use crate::student::workbook::Workbook;

/// What both commands are told.
#[derive(Args)]
struct Choice {
    /// Only these exercises, such as `greet,echo`, or those of a lesson, such as `lesson5`.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<String>,
    /// Draws the inputs; each student gets others from it, and always the same. Without it, a fresh one.
    #[arg(long)]
    seed: Option<u64>,
    /// Seconds that each check may take.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    deadline: u64,
}

/// Grades all exercises of one submission.
#[derive(Args)]
pub struct Grade {
    /// The submission: a folder with exercises/NAME/main.rs, NAME/main.rs, NAME.rs, or the same with .py.
    /// Without it, this working copy.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// The form of the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A file for the result, instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit code 1 unless every check has passed. Otherwise a submission that was graded is a success.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    choice: Choice,
}

/// Grades many submissions and writes an overview: who is where, and where they are stuck.
#[derive(Args)]
pub struct Report {
    /// The submissions, a folder each.
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// The page to write.
    #[arg(long, default_value = "report.html", value_name = "FILE")]
    html: PathBuf,
    /// The table to write: a line a check.
    #[arg(long, default_value = "report.csv", value_name = "FILE")]
    csv: PathBuf,
    #[command(flatten)]
    choice: Choice,
}

impl Grade {
    /// Grades, and writes the result.
    ///
    /// # Errors
    /// Outside of the workbook; when the result cannot be written.
    pub fn run(self, session: &Session) -> Done {
        let Ok(exercises) = self.choice.exercises() else { return Ok(ExitCode::from(2)) };
        let root = Workbook::here(session)?.root;
        let folder = self.dir.unwrap_or_else(|| root.clone());
        let seed = self.choice.seed.unwrap_or_else(Random::fresh_seed);
        let Ok(record) = grade(&folder, &root, &exercises, seed, self.choice.deadline) else {
            return Ok(ExitCode::from(2));
        };
        let text = self.format.render(&record);
        match self.out {
            Some(file) => write(&file, &text)?,
            None => io::stdout().lock().write_all(text.as_bytes())?,
        }
        let all = record.points() == record.points_possible();
        Ok(if all || !self.strict { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Report {
    /// Grades them all, and writes the page and the table.
    ///
    /// # Errors
    /// Outside of the workbook; when a file cannot be written.
    pub fn run(self, session: &Session) -> Done {
        let Ok(exercises) = self.choice.exercises() else { return Ok(ExitCode::from(2)) };
        let root = Workbook::here(session)?.root;
        let seed = self.choice.seed.unwrap_or_else(Random::fresh_seed);
        let mut records: Vec<Record> = Vec::new();
        for folder in &self.folders {
            // One that cannot be read is told, and costs the others nothing.
            records.extend(grade(folder, &root, &exercises, seed, self.choice.deadline));
        }
        let overview = Overview(&records);
        write(&self.html, &overview.html())?;
        write(&self.csv, &overview.csv())?;
        let mut out = io::stdout().lock();
        for record in &records {
            writeln!(out, "{:<24} {:>4} of {}", record.student, record.points(), record.points_possible())?;
        }
        writeln!(out, "{} and {} (seed {seed})", self.html.display(), self.csv.display())?;
        let all = records.len() == self.folders.len();
        Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Choice {
    /// The exercises that were asked for; an unknown name is told here.
    fn exercises(&self) -> Result<Vec<&'static Exercise>, ()> {
        let mut chosen = Vec::new();
        for name in &self.only {
            let lesson = name.strip_prefix("lesson").and_then(|number| number.parse().ok());
            let before = chosen.len();
            chosen.extend(lab::exercises().filter(|one| one.name == name || Some(one.lesson) == lesson));
            if chosen.len() == before {
                eprintln!("lab: no exercise or lesson `{name}`: `lab list` shows them");
                return Err(());
            }
        }
        Ok(if self.only.is_empty() { lab::exercises().collect() } else { chosen })
    }
}

/// Grades one folder, and tells on standard error how far it is.
fn grade(
    folder: &Path,
    root: &Path,
    exercises: &[&'static Exercise],
    seed: u64,
    deadline: u64,
) -> Result<Record, ()> {
    let scratch = target(root).join("lab-grade");
    let submission = Submission::open(folder, root, &scratch)
        .map_err(|error| eprintln!("lab: cannot grade {}: {error}", folder.display()))?;
    let deadline = Duration::from_secs(deadline);
    let seed = seed_of(submission.student(), seed);
    let options = Options { seed, deadline, ..Options::default() };
    Ok(submission.grade(exercises.iter().copied(), &options, |graded| {
        let (name, earned, possible) = (graded.exercise.name, graded.points(), graded.points_possible());
        eprintln!("{}: {name} {earned} of {possible}", submission.student());
    }))
}

/// Inputs of their own for each student, the same again with the same seed: FNV-1a of the name.
fn seed_of(student: &str, seed: u64) -> u64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    student.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, step) % 1_000_000
}

/// Where this program was built, or `target`.
fn target(root: &Path) -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let folder = own.ancestors().nth(2).filter(|folder| folder.join("CACHEDIR.TAG").is_file());
    folder.map_or_else(|| root.join("target"), Path::to_owned)
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    fs::write(file, text)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.display())))
}
