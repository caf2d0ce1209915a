//! The exercises of a lesson: as a chapter lists them, with task and hints, and as a teacher counts them, with points.

use super::directives::{rendered, rendered_line};
use anyhow::{Context, Result, ensure};
use lab::Exercise;
use std::fmt::Write;

/// A list of the exercises of `lesson`, with the hints one below the other, each closed.
///
/// # Errors
/// When there is no such lesson, or it has no exercises.
pub(super) fn html(lesson: &str) -> Result<String> {
    let mut text = String::from("<div class=\"exercises\">\n");
    for exercise in of_lesson("exercises", lesson)? {
        let (name, minutes) = (exercise.name, exercise.minutes);
        let [task, _] = exercise.task;
        writeln!(
            text,
            "<p><strong><code>{name}</code></strong>: {}<br>{}, about {minutes} minutes. \
             The task: <code>exercises/{name}/README.md</code>. Check it: <code>cargo lab check {name}</code></p>",
            rendered_line(task)?,
            stars(exercise)
        )?;
        for (title, hint) in hints(exercise.hints) {
            writeln!(
                text,
                "<details class=\"hint\"><summary>Hint {title}</summary>\n{}\n</details>",
                rendered(hint)
            )?;
        }
    }
    Ok(text + "</div>\n")
}

/// A table of the exercises of `lesson`: stars, minutes and points, with the sums.
///
/// # Errors
/// When there is no such lesson, or it has no exercises.
pub(super) fn points(lesson: &str) -> Result<String> {
    let chosen = of_lesson("points", lesson)?;
    let mut text = String::from(
        "<div class=\"table-wrapper\">\n<table class=\"points\">\n<thead><tr><th>exercise</th><th>difficulty</th><th>minutes</th><th>points</th></tr></thead>\n\
         <tbody>\n",
    );
    let (mut all_minutes, mut all_points) = (0, 0);
    for exercise in chosen {
        let (name, minutes) = (exercise.name, exercise.minutes);
        let points: u32 = exercise.suite.checks.iter().map(|check| check.points).sum();
        all_minutes += u32::from(minutes);
        all_points += points;
        writeln!(
            text,
            "<tr><td><code>{name}</code></td><td>{}</td><td>{minutes}</td><td>{points}</td></tr>",
            stars(exercise)
        )?;
    }
    writeln!(
        text,
        "</tbody>\n<tfoot><tr><td>all</td><td></td><td>{all_minutes}</td><td>{all_points}</td></tr></tfoot>\n</table>\n</div>"
    )?;
    Ok(text)
}

/// The exercises of the lesson that a directive names.
fn of_lesson(directive: &str, lesson: &str) -> Result<Vec<&'static Exercise>> {
    let number: u8 =
        lesson.parse().with_context(|| format!("`{directive} {lesson}`: no number of a lesson"))?;
    let chosen: Vec<_> = lab::exercises().filter(|exercise| exercise.lesson == number).collect();
    ensure!(!chosen.is_empty(), "`{directive} {lesson}`: that lesson has no exercises");
    Ok(chosen)
}

/// The difficulty, as a picture for the eye and a sentence for a screen reader.
fn stars(exercise: &Exercise) -> String {
    let stars = usize::from(exercise.stars);
    let shown = format!("{}{}", "★".repeat(stars), "☆".repeat(3_usize.saturating_sub(stars)));
    format!("<span role=\"img\" aria-label=\"difficulty {stars} of 3\">{shown}</span>")
}

/// The sections of `hints.md`: `1. Where to look` and its text.
fn hints(text: &str) -> Vec<(&str, &str)> {
    let sections = text.split("\n# ").map(|section| section.trim_start_matches("# "));
    sections.filter_map(|section| section.split_once('\n')).collect()
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn the_points_of_a_lesson_are_those_of_its_checks() {
        let table = points("1").unwrap();
        let chosen = || lab::exercises().filter(|exercise| exercise.lesson == 1);
        assert_eq!(table.matches("<tr><td><code>").count(), chosen().count(), "{table}");
        let sum: u32 = chosen().flat_map(|exercise| exercise.suite.checks).map(|check| check.points).sum();
        let minutes: u32 = chosen().map(|exercise| u32::from(exercise.minutes)).sum();
        assert!(table.contains(&format!("<td>{minutes}</td><td>{sum}</td></tr></tfoot>")), "{table}");
        assert!(
            table.contains(
                "<code>greet</code></td><td><span role=\"img\" aria-label=\"difficulty 1 of 3\">★☆☆<"
            )
        );
    }

    #[test]
    fn there_are_no_points_without_exercises() {
        for lesson in ["9", "one", ""] {
            let error = points(lesson).unwrap_err().to_string();
            assert!(error.contains(&format!("`points {lesson}`")), "{error}");
        }
    }
}
