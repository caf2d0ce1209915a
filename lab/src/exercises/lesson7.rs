//! The exercises of lesson 7.

use super::Exercise;
use crate::{Stream, Subject};

mod buffer;
mod fix;
mod gate;
mod race;
mod reentrant;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: race::RACE,
        name: "race",
        lesson: 7,
        stars: 2,
        minutes: 25,
        task: "lose an update on every run" / "每次运行都丢失一次更新",
    },
    exercise! {
        suite: fix::FIX,
        name: "fix",
        lesson: 7,
        stars: 1,
        minutes: 25,
        task: "repair a lost update three ways" / "用三种办法修复丢失的更新",
    },
    exercise! {
        suite: gate::GATE,
        name: "gate",
        lesson: 7,
        stars: 2,
        minutes: 30,
        task: "an event that threads wait for" / "线程等待的事件",
    },
    exercise! {
        suite: reentrant::REENTRANT,
        name: "reentrant",
        lesson: 7,
        stars: 2,
        minutes: 30,
        task: "A calls B, and both lock" / "A 调用 B,两者都要加锁",
    },
    exercise! {
        suite: buffer::BUFFER,
        name: "buffer",
        lesson: 7,
        stars: 3,
        minutes: 45,
        task: "a bounded buffer, right in every order" / "有界缓冲区,任何顺序都正确",
    },
];

/// All lines on stdout so far.
fn printed(subject: &Subject) -> Vec<String> {
    subject.tail(Stream::Stdout, usize::MAX)
}
