//! What the threads of a process wait for.

use std::cell::LazyCell;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::{Descriptors, path, tasks};

/// Of so many threads it is told what they do; the others are counted.
const TOLD: usize = 4;

/// Of so many descriptors in one wait.
const WATCHED: usize = 8;

/// What each thread is doing, in words: `thread 1 (python3) is blocked in accept on descriptor 3 (the listening socket on
/// 127.0.0.1:9999)`.
///
/// Empty where the kernel does not tell.
#[must_use]
pub fn doing(pid: u32) -> Vec<String> {
    let threads = tasks(pid).unwrap_or_default();
    let calls = threads.iter().take(TOLD).map(|thread| {
        let folder = path(pid, &format!("task/{thread}"));
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default().trim().to_owned();
        (read("syscall"), read("comm"), folder)
    });
    let calls: Vec<_> = calls.collect();
    // Afterwards: what a thread waits on is open by now. And only if asked for: they are looked up among all sockets.
    let descriptors = LazyCell::new(|| Descriptors::of(pid));
    let mut said = Vec::new();
    for (index, (call, name, folder)) in calls.iter().enumerate() {
        if let Some(call) = describe_call(pid, call, &descriptors, folder) {
            said.push(format!("thread {} ({name}) {call}", index + 1));
        }
    }
    if !said.is_empty() && threads.len() > TOLD {
        said.push(format!("it has {} threads more", threads.len() - TOLD));
    }
    said
}

/// `43 0x3 …` is a system call's number and its arguments, `running` a thread on the CPU. The numbers are those of
/// x86-64; elsewhere nothing is said.
fn describe_call(pid: u32, call: &str, descriptors: &Descriptors, task: &Path) -> Option<String> {
    if call == "running" {
        return Some("is running, not waiting".into());
    }
    if !cfg!(target_arch = "x86_64") {
        return None;
    }
    let mut words = call.split_whitespace();
    let number = words.next()?;
    let arguments: Vec<u64> =
        words.map_while(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok()).collect();
    let first = *arguments.first()?;
    let descriptor = u32::try_from(first).ok();
    let on_descriptor = match number {
        "0" | "19" => "read",
        "1" | "20" => "write",
        "42" => "connect",
        "43" | "288" => "accept",
        "44" | "46" => "send",
        "45" | "47" | "299" => "recv",
        "72" => "fcntl (a lock of a file?)",
        "73" => "flock",
        "7" | "271" => {
            let watched = polled(pid, first, *arguments.get(1)?);
            return Some(waits_for("poll", &watched, descriptors));
        }
        "23" | "270" => {
            let watched = selected(pid, first, arguments.get(1..3)?);
            return Some(waits_for("select", &watched, descriptors));
        }
        "232" | "281" | "441" => {
            let watched = in_epoll(task, descriptor?);
            return Some(waits_for("epoll_wait", &watched, descriptors));
        }
        "35" | "230" => return Some("sleeps for a fixed time".into()),
        "61" | "247" => return Some("waits for a child process".into()),
        "202" => return Some("waits for a lock or another thread".into()),
        "34" | "128" | "130" => return Some("waits for a signal".into()),
        _ => return None,
    };
    Some(format!("is blocked in {on_descriptor} on {}", descriptors.name(descriptor?)))
}

fn waits_for(call: &str, watched: &[u32], descriptors: &Descriptors) -> String {
    // The call may have ended by now, and what was read for its arguments is something else.
    if !watched.iter().all(|number| descriptors.has(*number)) {
        return format!("is blocked in {call}");
    }
    let names: Vec<String> = watched.iter().take(WATCHED).map(|number| descriptors.name(*number)).collect();
    let more = watched.len().saturating_sub(WATCHED);
    match (names.is_empty(), more) {
        (true, _) => format!("is blocked in {call}"),
        (_, 0) => format!("is blocked in {call}, watching {}", names.join(", ")),
        _ => format!("is blocked in {call}, watching {} and {more} more", names.join(", ")),
    }
}

/// The descriptors in the `struct pollfd`s of a poll.
fn polled(pid: u32, address: u64, count: u64) -> Vec<u32> {
    let bytes = memory(pid, address, count.min(4096) * 8);
    let entries = bytes.chunks_exact(8).filter_map(|entry| entry.first_chunk());
    entries.filter_map(|&number| u32::try_from(i32::from_ne_bytes(number)).ok()).collect()
}

/// The descriptors whose bits are set in the sets for reading and for writing of a select.
fn selected(pid: u32, count: u64, sets: &[u64]) -> Vec<u32> {
    let sets: Vec<Vec<u8>> = sets.iter().map(|&set| memory(pid, set, count.min(4096).div_ceil(8))).collect();
    let is_set = |number: u32| {
        sets.iter().any(|set| set.get(number as usize / 8).is_some_and(|byte| byte >> (number % 8) & 1 == 1))
    };
    (0..u32::try_from(count.min(4096)).unwrap_or(0)).filter(|&number| is_set(number)).collect()
}

/// The descriptors that an epoll watches, as the kernel lists them.
fn in_epoll(task: &Path, epoll: u32) -> Vec<u32> {
    let text = fs::read_to_string(task.join(format!("fdinfo/{epoll}"))).unwrap_or_default();
    let targets =
        text.lines().filter_map(|line| line.strip_prefix("tfd:")?.split_whitespace().next()?.parse().ok());
    targets.collect()
}

/// A piece of the process' memory; empty when it cannot be read.
fn memory(pid: u32, address: u64, length: u64) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    let read = File::open(path(pid, "mem")).and_then(|memory| memory.read_exact_at(&mut bytes, address));
    if address == 0 || read.is_err() { Vec::new() } else { bytes }
}
