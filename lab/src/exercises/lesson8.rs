//! The exercises of lesson 8.

use super::Exercise;

mod counter;
mod dict;
mod not_shared;
mod pool;
mod robust_pool;

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
    exercise! {
        suite: dict::DICT,
        name: "dict",
        lesson: 8,
        stars: 2,
        minutes: 35,
        task: "a dictionary that processes share through a server" / "通过服务器让多个进程共用一个字典",
    },
    exercise! {
        suite: pool::POOL,
        name: "pool",
        lesson: 8,
        stars: 3,
        minutes: 45,
        task: "five worker processes, ten tasks" / "五个工作进程,十个任务",
    },
    exercise! {
        suite: robust_pool::ROBUST_POOL,
        name: "robust-pool",
        lesson: 8,
        stars: 3,
        minutes: 50,
        task: "a pool that survives its tasks" / "任务出错也不垮的进程池",
    },
];
