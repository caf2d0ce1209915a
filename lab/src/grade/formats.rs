//! The forms a record can take.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::{Graded, Record, State, systems};

/// A form that a person or a system reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal.
    Text,
    /// Everything, as this program sees it.
    Json,
    /// JUnit's XML: GitLab, Jenkins, GitHub Actions.
    Junit,
    /// Gradescope's results.json.
    Gradescope,
    /// Classroom 50's result.json.
    Classroom50,
    /// Exercism's results.json.
    Exercism,
    /// A line a check, for a spreadsheet.
    Csv,
    /// A table, for a summary or a comment.
    Markdown,
}

impl Format {
    /// The record in this form; it ends with a newline.
    #[must_use]
    pub fn render(self, record: &Record) -> String {
        let value = match self {
            Format::Text => return text(record),
            Format::Junit => return systems::junit(record),
            Format::Csv => return csv_head() + &csv(record),
            Format::Markdown => return markdown(record),
            Format::Json => everything(record),
            Format::Gradescope => systems::gradescope(record),
            Format::Classroom50 => systems::classroom50(record),
            Format::Exercism => systems::exercism(record),
        };
        format!("{value:#}\n")
    }
}

fn text(record: &Record) -> String {
    let mut text = String::new();
    for graded in &record.graded {
        let mark = if graded.passed() { "✓" } else { "✗" };
        let (name, earned, possible) = (graded.exercise.name, graded.points(), graded.points_possible());
        let first = graded.first_failing().map(|name| format!("  {name}")).unwrap_or_default();
        text += format!("{mark} {name:<16} {earned:>2} of {possible:>2}{first}").trim_end();
        text.push('\n');
    }
    let (earned, possible) = (record.points(), record.points_possible());
    text += &format!("{}: {earned} of {possible} points (seed {})\n", record.student, record.seed);
    text
}

fn everything(record: &Record) -> Value {
    let exercise = |graded: &Graded| {
        let check = |row: super::Row| {
            json!({
                "name": row.check, "score": row.earned(), "max_score": row.points,
                "seconds": row.seconds, "failure": row.failure,
            })
        };
        let state = match graded.state {
            State::NotBegun => "not begun",
            State::NotBuilt(_) => "does not compile",
            State::Checked(_) => "checked",
        };
        json!({
            "name": graded.exercise.name, "lesson": graded.exercise.lesson, "state": state,
            "score": graded.points(), "max_score": graded.points_possible(),
            "checks": graded.rows().into_iter().map(check).collect::<Vec<_>>(),
        })
    };
    json!({
        "schema": "netkit-lab/grade/v1", "student": record.student, "seed": record.seed,
        "score": record.points(), "max_score": record.points_possible(),
        "exercises": record.graded.iter().map(exercise).collect::<Vec<_>>(),
    })
}

pub(super) fn csv_head() -> String {
    "student,lesson,exercise,check,score,max_score,seconds,failure\r\n".to_owned()
}

/// A line a check, as RFC 4180 has it.
pub(super) fn csv(record: &Record) -> String {
    let mut text = String::new();
    for graded in &record.graded {
        for row in graded.rows() {
            let (lesson, name) = (graded.exercise.lesson, graded.exercise.name);
            let (student, sentence) = (cell(&record.student), cell(row.sentence()));
            let (check, earned, points, seconds) = (row.check, row.earned(), row.points, row.seconds);
            text +=
                &format!("{student},{lesson},{name},{check},{earned},{points},{seconds:.2},{sentence}\r\n");
        }
    }
    text
}

/// A cell of a table: quoted, and never a formula, whatever a student has called a folder.
pub(super) fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = text.replace('"', "\"\"");
    format!("\"{}{text}\"", if formula { "'" } else { "" })
}

fn markdown(record: &Record) -> String {
    let mut text = format!(
        "## {}: {} of {} points\n\n| exercise | points | first failing check | why |\n|---|---|---|---|\n",
        plain(&record.student),
        record.points(),
        record.points_possible()
    );
    for graded in &record.graded {
        let rows = graded.rows();
        let failing = rows.iter().find(|row| row.failure.is_some());
        let why = failing.map(|row| plain(row.sentence())).unwrap_or_default();
        text += &format!(
            "| {} | {} of {} | {} | {why} |\n",
            graded.exercise.name,
            graded.points(),
            graded.points_possible(),
            graded.first_failing().unwrap_or_default()
        );
    }
    text + &format!("\nSeed {}.\n", record.seed)
}

/// Text in which nothing is a sign of Markdown or HTML.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for char in text.chars() {
        match char {
            '<' => plain.push_str("&lt;"),
            '&' => plain.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '~' => plain.extend(['\\', char]),
            char if char.is_control() => plain.push(' '),
            char => plain.push(char),
        }
    }
    plain
}
