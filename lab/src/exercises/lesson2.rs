//! The exercises of lesson 2.

use super::Exercise;

mod hello;

pub(super) static EXERCISES: &[Exercise] = &[exercise! {
    suite: hello::HELLO,
    name: "hello",
    lesson: 2,
    stars: 2,
    minutes: 40,
    task: "web hello that never resets" / "从不重置连接的网页问候",
}];
