//! The exercises, a file a lesson: what a student is asked, and the checks that look at the answer.

use crate::Suite;

/// An exercise. Its texts are kept inside this program, so that they are there whatever became of the folder.
#[derive(Debug)]
pub struct Exercise {
    /// Its name, that of its folder and of its program: `greet`.
    pub name: &'static str,
    /// The lesson it belongs to.
    pub lesson: u8,
    /// The task in a few words, English and Chinese.
    pub task: [&'static str; 2],
    /// How hard it is, from 1 to 3.
    pub stars: u8,
    /// How long it takes about.
    pub minutes: u16,
    /// What is looked at.
    pub suite: &'static Suite,
    /// README.md: the task.
    pub readme: &'static str,
    /// The file as it is handed out.
    pub starter: &'static str,
    /// An answer that passes.
    pub solution: &'static str,
    /// Four hints, each further than the one before: sections `# 1.` to `# 4.`.
    pub hints: &'static str,
}

/// An [`Exercise`] with the texts of its folder. The modules below it can use it, as it stands before them.
macro_rules! exercise {
    (suite: $suite:path, name: $name:literal, lesson: $lesson:literal, stars: $stars:literal, minutes: $minutes:literal,
     task: $english:literal / $chinese:literal $(,)?) => {
        Exercise {
            name: $name,
            lesson: $lesson,
            task: [$english, $chinese],
            stars: $stars,
            minutes: $minutes,
            suite: &$suite,
            readme: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../exercises/", $name, "/README.md")),
            starter: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../exercises/",
                $name,
                "/starter.rs"
            )),
            solution: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../exercises/",
                $name,
                "/solution.rs"
            )),
            hints: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../exercises/", $name, "/hints.md")),
        }
    };
}

mod lesson1;
mod lesson2;
mod lesson3;
mod lesson4;
mod lesson5;
mod lesson6;
mod lesson7;
mod lesson8;

static LESSONS: &[&[Exercise]] = &[
    lesson1::EXERCISES,
    lesson2::EXERCISES,
    lesson3::EXERCISES,
    lesson4::EXERCISES,
    lesson5::EXERCISES,
    lesson6::EXERCISES,
    lesson7::EXERCISES,
    lesson8::EXERCISES,
];

/// All exercises in the order of the lessons.
pub fn exercises() -> impl Iterator<Item = &'static Exercise> {
    LESSONS.iter().copied().flatten()
}

/// The exercise of this name.
#[must_use]
pub fn exercise(name: &str) -> Option<&'static Exercise> {
    exercises().find(|exercise| exercise.name == name)
}
