//! Whether a process waits, and what its epolls watch.

use std::fs;

use super::{state, tasks};

/// The bit of `events` in `epoll_ctl` that asks for edges.
const EPOLLET: u32 = 1 << 31;

/// Whether all of its threads sleep.
#[must_use]
pub fn asleep(pid: u32) -> bool {
    // A thread has a `stat` of its own.
    let sleeps = |task: &u32| state(*task).is_ok_and(|state| state == 'S');
    tasks(pid).is_ok_and(|tasks| tasks.iter().all(sleeps))
}

/// How an epoll watches a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// It is told as long as it is ready.
    Level,
    /// It is told once, when it becomes ready.
    Edge,
}

/// How the epolls of a process watch its descriptor; none when no epoll does. `/proc/PID/fdinfo` of an epoll lists what it
/// watches, a line each: `tfd:        7 events: 80002019 data: …`.
#[must_use]
pub fn trigger(pid: u32, descriptor: u32) -> Option<Trigger> {
    let texts = fs::read_dir(format!("/proc/{pid}/fdinfo")).ok()?;
    texts.filter_map(|entry| fs::read_to_string(entry.ok()?.path()).ok()).find_map(|text| {
        text.lines().find_map(|line| {
            let (number, rest) = line.strip_prefix("tfd:")?.split_once("events:")?;
            if number.trim().parse() != Ok(descriptor) {
                return None;
            }
            let events = u32::from_str_radix(rest.split_whitespace().next()?, 16).ok()?;
            Some(if events & EPOLLET == 0 { Trigger::Level } else { Trigger::Edge })
        })
    })
}
