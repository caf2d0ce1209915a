//! The exercises of lesson 6.

use super::Exercise;

mod bounded;
mod call_order;
mod forking;
mod lines;
mod shutdown;
mod threading;

pub(super) static EXERCISES: &[Exercise] = &[
    // SocketServer from the inside.
    exercise! {
        suite: call_order::CALL_ORDER,
        name: "call-order",
        lesson: 6,
        stars: 1,
        minutes: 30,
        task: "print the order of SocketServer's calls" / "打印 SocketServer 的调用顺序",
    },
    exercise! {
        suite: threading::THREADING,
        name: "threading",
        lesson: 6,
        stars: 1,
        minutes: 25,
        task: "a thread for each client" / "一个客户一个线程",
    },
    exercise! {
        suite: forking::FORKING,
        name: "forking",
        lesson: 6,
        stars: 2,
        minutes: 40,
        task: "a process for each client" / "一个客户一个进程",
    },
    exercise! {
        suite: shutdown::SHUTDOWN,
        name: "shutdown",
        lesson: 6,
        stars: 3,
        minutes: 50,
        task: "stop on request, in order" / "按要求有序停止",
    },
    exercise! {
        suite: bounded::BOUNDED,
        name: "bounded",
        lesson: 6,
        stars: 3,
        minutes: 45,
        task: "at most k clients at once" / "最多同时服务 k 个客户",
    },
];
