//! The exercises of lesson 1.

use super::Exercise;

mod echo;
mod greet;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: greet::GREET,
        name: "greet",
        lesson: 1,
        stars: 1,
        minutes: 15,
        task: "greet with the peer's address" / "用对端的地址问候",
    },
    exercise! {
        suite: echo::ECHO,
        name: "echo",
        lesson: 1,
        stars: 1,
        minutes: 20,
        task: "echo until EOF" / "原样送回,直到 EOF",
    },
];
