//! The exercises of lesson 2.

use super::Exercise;

mod files;
mod hello;
mod keepalive;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: hello::HELLO,
        name: "hello",
        lesson: 2,
        stars: 2,
        minutes: 40,
        task: "web hello that never resets" / "从不重置连接的网页问候",
    },
    exercise! {
        suite: keepalive::KEEPALIVE,
        name: "keepalive",
        lesson: 2,
        stars: 2,
        minutes: 30,
        task: "answer pipelined requests" / "按顺序回答流水线请求",
    },
    exercise! {
        suite: files::FILES,
        name: "files",
        lesson: 2,
        stars: 3,
        minutes: 60,
        task: "serve a folder" / "提供一个文件夹,仅此而已",
    },
];
