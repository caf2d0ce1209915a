//! The exercises of lesson 4.

use super::Exercise;

mod callers;
mod flood;
mod hangup;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: hangup::HANGUP,
        name: "hangup",
        lesson: 4,
        stars: 1,
        minutes: 25,
        task: "survive callers who hang up at any step" / "来电者在任何一步挂断都不受影响",
    },
    exercise! {
        suite: callers::CALLERS,
        name: "callers",
        lesson: 4,
        stars: 2,
        minutes: 20,
        task: "talk to ten callers at once" / "同时接听十个来电",
    },
    exercise! {
        suite: flood::FLOOD,
        name: "flood",
        lesson: 4,
        stars: 2,
        minutes: 25,
        task: "bounded memory for a message without an end" / "没有结尾的消息不能撑爆内存",
    },
];
