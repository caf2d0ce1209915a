//! The exercises of lesson 1.

use super::Exercise;

mod greet;

pub(super) static EXERCISES: &[Exercise] = &[exercise! {
    suite: greet::GREET,
    name: "greet",
    lesson: 1,
    stars: 1,
    minutes: 15,
    task: "greet with the peer's address" / "用对端的地址问候",
}];
