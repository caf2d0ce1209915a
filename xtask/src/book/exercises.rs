//! The exercises of a lesson as a chapter lists them: task, difficulty, minutes, hints.

use super::directives::{rendered, rendered_line};
use anyhow::{Context, Result, ensure};
use std::fmt::Write;

/// A list of the exercises of `lesson`, with the hints one below the other, each closed.
///
/// # Errors
/// When there is no such lesson, or it has no exercises.
pub(super) fn html(lesson: &str) -> Result<String> {
    let number: u8 =
        lesson.parse().with_context(|| format!("`exercises {lesson}`: no number of a lesson"))?;
    let chosen: Vec<_> = lab::exercises().filter(|exercise| exercise.lesson == number).collect();
    ensure!(!chosen.is_empty(), "`exercises {lesson}`: that lesson has no exercises");
    let mut text = String::from("<div class=\"exercises\">\n");
    for exercise in chosen {
        let (name, minutes) = (exercise.name, exercise.minutes);
        let [task, _] = exercise.task;
        let stars = usize::from(exercise.stars);
        let shown = format!("{}{}", "★".repeat(stars), "☆".repeat(3_usize.saturating_sub(stars)));
        writeln!(
            text,
            "<p><strong><code>{name}</code></strong>: {}<br>\
             <span role=\"img\" aria-label=\"difficulty {stars} of 3\">{shown}</span>, about {minutes} minutes. \
             The task: <code>exercises/{name}/README.md</code>. Check it: <code>cargo lab check {name}</code></p>",
            rendered_line(task)
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

/// The sections of `hints.md`: `1. Where to look` and its text.
fn hints(text: &str) -> Vec<(&str, &str)> {
    let sections = text.split("\n# ").map(|section| section.trim_start_matches("# "));
    sections.filter_map(|section| section.split_once('\n')).collect()
}
