//! The suites, a file a lesson.

use crate::{Suite, exercises};

pub(crate) mod common;
pub(crate) mod endings;
mod lesson1;
pub(crate) mod lesson2;
mod lesson3;
pub(crate) mod lesson4;
pub(crate) mod lesson5;
pub(crate) mod lesson6;
pub(crate) mod lesson7;
pub(crate) mod lesson8;

static SUITES: &[&Suite] = &[
    &lesson1::SERVER,
    &lesson1::CLIENT,
    &lesson2::SERVER,
    &lesson3::SERVER,
    &lesson3::ECHO,
    &lesson3::CLIENT,
    &lesson4::SERVER,
    &lesson4::CLIENT,
    &lesson5::SERVER,
    &lesson5::PRINT_SERVER,
    &lesson5::TWO_DOORS,
    &lesson5::STDIN,
    &lesson6::SERVER,
    &lesson6::ECHO,
    &lesson6::SIMPLIFIED,
    &lesson6::UPLOAD_SERVER,
    &lesson6::UPLOAD,
    &lesson7::THREADS,
    &lesson7::DAEMON,
    &lesson7::RACE,
    &lesson7::RLOCK,
    &lesson7::EVENT,
    &lesson7::MORE,
    &lesson7::DEADLOCK,
    &lesson8::PROCESSES,
    &lesson8::ISOLATION,
    &lesson8::ARRAY,
    &lesson8::DICT,
    &lesson8::JOIN,
    &lesson8::LOCK,
    &lesson8::POOL,
];

/// All suites in the order of the lessons.
#[must_use]
pub fn suites() -> &'static [&'static Suite] {
    SUITES
}

/// The suite of this name: `lesson1.server`, or that of an exercise: `greet`.
#[must_use]
pub fn suite(name: &str) -> Option<&'static Suite> {
    let exercises = exercises::exercises().map(|exercise| exercise.suite);
    SUITES.iter().copied().chain(exercises).find(|suite| suite.name == name)
}
