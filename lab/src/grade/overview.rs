//! Many submissions side by side, for a teacher: exercise × first failing check.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::formats::{csv, csv_head};
use super::{Graded, Record};

/// The records of a class.
#[derive(Debug)]
pub struct Overview<'a>(pub &'a [Record]);

const STYLE: &str = "body{font:16px/1.4 sans-serif;margin:2em;max-width:none}table{border-collapse:collapse}\
th,td{border:1px solid #888;padding:.2em .5em;text-align:left;vertical-align:top}th{background:#eee;color:#000}\
.all{background:#d8f0d8;color:#000}.some{background:#fff3cc;color:#000}.none{background:#f6d5d5;color:#000}\
.scroll{overflow-x:auto}";

impl Overview<'_> {
    /// A line a check of every student.
    #[must_use]
    pub fn csv(&self) -> String {
        self.0.iter().fold(csv_head(), |text, record| text + &csv(record))
    }

    /// One page without anything to load: who is where, and where the class got stuck.
    #[must_use]
    pub fn html(&self) -> String {
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Exercises of {} students</title>\n\
             <style>{STYLE}</style>\n<h1>Exercises of {} students</h1>\n",
            self.0.len(),
            self.0.len()
        );
        page += "<h2>Who is where</h2>\n<p>Points, and the first check that failed.</p>\n<div class=\"scroll\"><table>\n\
                 <tr><th>exercise</th>";
        for record in self.0 {
            let _ = write!(page, "<th>{}</th>", html(&record.student));
        }
        page += "</tr>\n";
        for (place, graded) in self.0.first().iter().flat_map(|first| first.graded.iter().enumerate()) {
            let _ = write!(page, "<tr><th>{}</th>", graded.exercise.name);
            for record in self.0 {
                page += &record.graded.get(place).map(cell).unwrap_or_default();
            }
            page += "</tr>\n";
        }
        page += "<tr><th>all</th>";
        for record in self.0 {
            let _ = write!(page, "<td>{} of {}</td>", record.points(), record.points_possible());
        }
        page += "</tr>\n</table></div>\n<h2>Where they are stuck</h2>\n<table>\n\
                 <tr><th>exercise</th><th>first failing check</th><th>students</th></tr>\n";
        for ((exercise, check), students) in self.stuck() {
            let _ = writeln!(
                page,
                "<tr><td>{exercise}</td><td>{check}</td><td>{}: {}</td></tr>",
                students.len(),
                html(&students.join(", "))
            );
        }
        page + "</table>\n</html>\n"
    }

    /// For each exercise and check the students whose first failure it was; "not begun" is left out, it says nothing.
    fn stuck(&self) -> BTreeMap<(&str, &str), Vec<&str>> {
        let mut stuck: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for record in self.0 {
            for graded in &record.graded {
                if let Some(check) = graded.first_failing().filter(|check| *check != "not begun") {
                    stuck.entry((graded.exercise.name, check)).or_default().push(&record.student);
                }
            }
        }
        stuck
    }
}

fn cell(graded: &Graded) -> String {
    let class = match graded.points() {
        0 => "none",
        _ if graded.passed() => "all",
        _ => "some",
    };
    let first = graded.first_failing().map(|check| format!("<br>{check}")).unwrap_or_default();
    format!("<td class=\"{class}\">{} of {}{first}</td>", graded.points(), graded.points_possible())
}

/// Text that is no markup.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
