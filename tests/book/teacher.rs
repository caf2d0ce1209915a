//! What the teacher's guide says of each lesson.

use crate::COMPLETE;
use crate::text::{fences, read, root, rows, sections};

#[test]
fn each_lesson_has_its_section() {
    let guide = read("teacher.md");
    for name in COMPLETE {
        let id = name.trim_end_matches(".md");
        let chapter = read(name);
        let ((title, _), section) = sections(&guide)
            .into_iter()
            .find(|((_, known), _)| known == id)
            .unwrap_or_else(|| panic!("no section {{#{id}}}"));
        assert!(chapter.starts_with(&format!("# {title} {{#{id}}}")), "{id}: the chapter is not `{title}`");
        assert!(section.trim().lines().count() < 35, "{id}: too long to be read before a lesson");
        for plan in ["**10 minutes**", "**45 minutes**", "**90 minutes**"] {
            assert!(section.contains(plan), "{id} has no plan of {plan}");
        }
        let points = format!("points {}", id.trim_start_matches("lesson"));
        assert!(fences(&section).iter().any(|(language, _)| *language == points), "{id}: no `{points}`");
    }
}

#[test]
fn the_guides_misconceptions_are_those_of_the_quiz() {
    for ((_, id), section) in sections(&read("teacher.md")).into_iter().filter(|(head, _)| is_lesson(&head.1))
    {
        let chapter = read(&format!("{id}.md"));
        let misconceptions = rows(&section);
        assert!((3..=4).contains(&misconceptions.len()), "{id}: {misconceptions:?}");
        for row in misconceptions {
            let [name, _, _] = &row[..] else { panic!("{id}: three columns, not {row:?}") };
            assert!(chapter.contains(&format!("\n  {name} ")), "{id}: {name} is no wrong choice of its quiz");
        }
    }
}

/// `cargo run --bin lesson8 crash … ②`: its recording has that marker.
#[test]
fn the_guides_markers_are_in_the_recordings() {
    let mut seen = 0;
    for line in read("teacher.md").lines() {
        let Some((_, command)) = line.split_once("`cargo run --bin ") else { continue };
        let command = command.split('`').next().unwrap_or("");
        let (lesson, part) = command.split_once(' ').unwrap_or((command, "demo"));
        for marker in line.chars().filter(|c| ('①'..='⑳').contains(c)) {
            let recording = read(&format!("../recordings/{lesson}-{part}.txt"));
            assert!(recording.contains(marker), "{lesson} {part} has no {marker}: {line}");
            seen += 1;
        }
    }
    assert!(seen > 10, "found only {seen}");
}

#[test]
fn the_guides_exercises_exist() {
    for ((_, id), section) in sections(&read("teacher.md")).into_iter().filter(|(head, _)| is_lesson(&head.1))
    {
        let one_line = section.replace('\n', " ");
        let named: Vec<&str> =
            one_line.split('`').skip(1).step_by(2).filter(|word| is_exercise(word)).collect();
        assert!(named.len() > 2, "{id} gives only {named:?}");
        for rest in one_line.to_lowercase().split("exercise `").skip(1) {
            let name = rest.split('`').next().unwrap_or("");
            assert!(is_exercise(name), "{id}: there is no exercise `{name}`");
        }
        for rest in one_line.split("At home: `").skip(1) {
            let name = rest.split('`').next().unwrap_or("");
            assert!(is_exercise(name), "{id}: there is no exercise `{name}`");
        }
    }
}

fn is_lesson(id: &str) -> bool {
    id.strip_prefix("lesson").is_some_and(|number| number.parse::<u8>().is_ok())
}

fn is_exercise(name: &str) -> bool {
    root().join("exercises").join(name).join("starter.rs").is_file()
}
