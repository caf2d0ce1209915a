//! The forms that other systems define. Field names are theirs.

use std::env;
use std::fmt::Write;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::{Record, Row, State};

/// JUnit's XML: a suite an exercise, a case a check. What was not begun counts as failed, not as skipped: systems show
/// what is skipped as if all were well.
pub(super) fn junit(record: &Record) -> String {
    let rows: Vec<(&str, Vec<Row>)> =
        record.graded.iter().map(|graded| (graded.exercise.name, graded.rows())).collect();
    let count = |rows: &[Row]| {
        let failed = rows.iter().filter(|row| row.failure.is_some()).count();
        let seconds: f32 = rows.iter().map(|row| row.seconds).sum();
        format!("tests=\"{}\" failures=\"{failed}\" errors=\"0\" time=\"{seconds:.3}\"", rows.len())
    };
    let all: Vec<&Row> = rows.iter().flat_map(|(_, rows)| rows).collect();
    let failed = all.iter().filter(|row| row.failure.is_some()).count();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let name = xml(&record.student);
    text +=
        &format!("<testsuites name=\"{name}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\">\n", all.len());
    for (exercise, rows) in &rows {
        text += &format!("  <testsuite name=\"{exercise}\" {}>\n", count(rows));
        for row in rows {
            text += &format!(
                "    <testcase classname=\"{exercise}\" name=\"{}\" time=\"{:.3}\"",
                row.check, row.seconds
            );
            match &row.failure {
                None => text += "/>\n",
                Some(failure) => {
                    let (sentence, failure) = (xml(row.sentence()), xml(failure));
                    text += &format!(
                        ">\n      <failure message=\"{sentence}\" type=\"check\">{failure}</failure>\n    </testcase>\n"
                    );
                }
            }
        }
        text += "  </testsuite>\n";
    }
    text + "</testsuites>\n"
}

/// Text for an element or an attribute. XML has no way to write most control characters at all.
fn xml(text: &str) -> String {
    let mut safe = String::new();
    for char in text.chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(char),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            char if char.is_control() => safe.push('\u{fffd}'),
            char => safe.push(char),
        }
    }
    safe
}

/// Gradescope: `results.json` of an autograder.
pub(super) fn gradescope(record: &Record) -> Value {
    let tests = numbered(record, |number, exercise, row| {
        json!({
            "name": format!("{exercise}: {}", row.check), "number": number, "status": status(row, ["passed", "failed"]),
            "score": row.earned(), "max_score": row.points,
            "output": row.failure.as_deref().unwrap_or_default(), "output_format": "text", "visibility": "visible",
        })
    });
    let output = format!("seed {}", record.seed);
    json!({ "score": record.points(), "output": output, "visibility": "visible", "tests": tests })
}

/// Classroom 50: `result.json` with the schema classroom50/result/v1. Its runner names the class and the submission in the
/// environment, and stamps the owner itself.
pub(super) fn classroom50(record: &Record) -> Value {
    let tests = numbered(record, |_, exercise, row| {
        json!({
            "test-name": format!("{exercise}.{}", row.check), "passed": row.failure.is_none(),
            "score": row.earned(), "max-score": row.points, "output": row.failure,
        })
    });
    let given = |name: &str| env::var(name).unwrap_or_default();
    let commit = given("COMMIT_URL");
    let review = env::var("REVIEW_URL").unwrap_or_else(|_| commit.clone());
    json!({
        "schema": "classroom50/result/v1",
        "classroom": given("CLASSROOM"), "assignment": given("ASSIGNMENT"), "submission": given("SUBMISSION_TAG"),
        "commit": commit, "release": given("RELEASE_URL"), "review": review,
        "datetime": humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        "score": record.points(), "max-score": record.points_possible(), "tests": tests,
    })
}

/// Exercism: `results.json` of a test runner, version 2.
pub(super) fn exercism(record: &Record) -> Value {
    let mut built = false;
    let mut compiler = String::new();
    for graded in &record.graded {
        match &graded.state {
            State::NotBuilt(why) => {
                let _ = writeln!(compiler, "{}: {why}", graded.exercise.name);
            }
            _ => built = true,
        }
    }
    if !built {
        return json!({ "version": 2, "status": "error", "message": compiler, "tests": [] });
    }
    let tests = numbered(record, |_, exercise, row| {
        json!({
            "name": format!("{exercise}: {}", row.check), "status": status(row, ["pass", "fail"]),
            "message": row.failure, "output": Value::Null,
        })
    });
    let all = record.points() == record.points_possible();
    json!({ "version": 2, "status": if all { "pass" } else { "fail" }, "message": Value::Null, "tests": tests })
}

fn status(row: &Row, words: [&'static str; 2]) -> &'static str {
    words[usize::from(row.failure.is_some())]
}

/// All checks of all exercises with numbers such as `3.1`.
fn numbered(record: &Record, render: impl Fn(String, &str, &Row) -> Value) -> Vec<Value> {
    let mut all = Vec::new();
    for (place, graded) in record.graded.iter().enumerate() {
        for (number, row) in graded.rows().iter().enumerate() {
            all.push(render(format!("{}.{}", place + 1, number + 1), graded.exercise.name, row));
        }
    }
    all
}
