//! Tests of processes: each runs in a process of its own, with one thread and a deadline.
//!
//! libtest would run them in threads, where fork(2) is refused, and has a `main` of its own, where
//! `process::init` has no first line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    dead_code,
    reason = "a test fails by panicking; not every file uses all"
)]

use std::fs;
use std::io;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use lab::Deadline;

/// A bound against hanging, generous for a busy machine.
pub const SOON: Duration = Duration::from_secs(10);

/// Long enough to see that nothing comes.
pub const A_MOMENT: Duration = Duration::from_millis(60);

/// A whole test takes no longer.
const TEST: Duration = Duration::from_secs(40);

/// So many run at the same time.
const AT_ONCE: usize = 3;

pub type Test = (&'static str, fn());

/// The tests of a file: `tests![one, two]`.
#[macro_export]
macro_rules! tests {
    ($($test:ident),* $(,)?) => { &[$((stringify!($test), $test as fn())),*] };
}

/// Runs the tests whose names hold one of the arguments, or all. `main` of every file, after `init`.
pub fn run(tests: &[Test]) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = &arguments[..]
        && flag == "--one"
    {
        let (_, test) = tests.iter().find(|(known, _)| known == name).expect("a test of this file");
        test();
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
    let mut waiting: Vec<&str> =
        tests.iter().map(|(name, _)| *name).filter(|name| chosen(name)).rev().collect();
    let mut running: Vec<(&str, Child, Instant)> = Vec::new();
    let mut failed = Vec::new();
    while !waiting.is_empty() || !running.is_empty() {
        while running.len() < AT_ONCE
            && let Some(name) = waiting.pop()
        {
            let mut command = Command::new(std::env::current_exe().unwrap());
            let child = command.args(["--one", name]).stdin(Stdio::null()).spawn().unwrap();
            running.push((name, child, Instant::now()));
        }
        lab::measure_for(Duration::from_millis(2));
        running.retain_mut(|(name, child, begun)| {
            let verdict = match child.try_wait().unwrap() {
                Some(status) if status.success() => "ok",
                Some(_) => "FAILED",
                None if begun.elapsed() < TEST => return true,
                None => {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    "FAILED: hangs"
                }
            };
            println!("test {name} ... {verdict}");
            if verdict != "ok" {
                failed.push(*name);
            }
            false
        });
    }
    println!("{} of {} failed {failed:?}", failed.len(), tests.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Waits for a fact that nobody tells about.
#[track_caller]
pub fn soon(what: &str, fact: impl FnMut() -> bool) {
    assert!(lab::until(Deadline::after(SOON), fact), "not within {SOON:?}: {what}");
}

/// Whether there is such a process, and it has not ended. (Whose orphans become, may collect late.)
pub fn lives(pid: u32) -> bool {
    !matches!(lab::proc::state(pid), Err(_) | Ok('Z' | 'X'))
}

/// Waits until every thread of a process sleeps in a futex.
#[track_caller]
pub fn waits_for_futex(pid: u32) {
    soon("it waits", || {
        fs::read_to_string(format!("/proc/{pid}/wchan")).is_ok_and(|place| place.contains("futex"))
    });
}

/// Children of this process, living or dead.
pub fn children() -> Vec<u32> {
    lab::proc::children(std::process::id()).unwrap()
}

/// Sends a signal to a process that this test has started, itself or by those it has started.
pub fn send_signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// How many descriptors this process has open.
pub fn descriptors() -> usize {
    lab::proc::descriptors(std::process::id()).unwrap().len()
}

/// What a command printed, with a deadline for its end.
pub fn output_of(command: &mut Command) -> io::Result<std::process::Output> {
    command.stdin(Stdio::null()).output()
}
