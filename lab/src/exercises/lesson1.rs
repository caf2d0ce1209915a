//! The exercises of lesson 1.

use super::Exercise;

mod backlog;
mod echo;
mod greet;
mod patience;

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
    exercise! {
        suite: patience::PATIENCE,
        name: "patience",
        lesson: 1,
        stars: 2,
        minutes: 30,
        task: "survive a silent client" / "不怕沉默的客户端",
    },
    exercise! {
        suite: backlog::BACKLOG,
        name: "backlog",
        lesson: 1,
        stars: 2,
        minutes: 25,
        task: "how many can wait" / "有多少客户端可以排队",
    },
];
