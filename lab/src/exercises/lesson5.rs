//! The exercises of lesson 5.

use super::Exercise;

mod echo_loop;
mod edge;
mod many;
mod slow_reader;
mod two_doors;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: two_doors::TWO_DOORS,
        name: "two-doors",
        lesson: 5,
        stars: 1,
        minutes: 20,
        task: "two listeners, one wait" / "两个监听者,一次等待",
    },
    exercise! {
        suite: echo_loop::ECHO_LOOP,
        name: "echo-loop",
        lesson: 5,
        stars: 2,
        minutes: 40,
        task: "echo to many clients from one thread" / "用一个线程向许多客户端回送",
    },
    exercise! {
        suite: slow_reader::SLOW_READER,
        name: "slow-reader",
        lesson: 5,
        stars: 3,
        minutes: 45,
        task: "one client does not read, nobody else notices" / "一个客户端不读,其他人毫无察觉",
    },
    exercise! {
        suite: edge::EDGE,
        name: "edge",
        lesson: 5,
        stars: 2,
        minutes: 30,
        task: "edge-triggered epoll: told once, nothing lost" / "边缘触发的 epoll:只通知一次,什么也不丢",
    },
    exercise! {
        suite: many::MANY,
        name: "many",
        lesson: 5,
        stars: 2,
        minutes: 30,
        task: "more than 1,024 descriptors, and what to do when there are no more" / "超过 1024 个描述符,以及用完时怎么办",
    },
];
