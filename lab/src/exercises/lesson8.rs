//! The exercises of lesson 8.

use super::Exercise;

mod counter;
mod not_shared;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: not_shared::NOT_SHARED,
        name: "not-shared",
        lesson: 8,
        stars: 1,
        minutes: 20,
        task: "a list that processes do not share" / "进程之间不共享的列表",
    },
    exercise! {
        suite: counter::COUNTER,
        name: "counter",
        lesson: 8,
        stars: 2,
        minutes: 30,
        task: "one counter for many processes" / "多个进程共用一个计数器",
    },
];
