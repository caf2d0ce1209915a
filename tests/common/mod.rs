//! What the tests of the lessons share: the commands to check, and how to run a part to its end.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::process::{Command, Output};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// Who stands before the checks.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    /// The lesson itself.
    Rust,
    /// Its corrected Python 3 twin.
    Python,
}

/// The command for a part of a lesson; `None` when there is no Python on this machine.
///
/// Continuous integration (the variable CI) must have Python: there, its absence is a failure.
pub fn command(who: Who, lesson: u32, part: &str, args: &[&str]) -> Option<lab::Command> {
    let mut words: Vec<String> = Vec::new();
    let program = match who {
        Who::Rust => binary(lesson).into(),
        Who::Python => {
            // The standard library alone (-S): a twin needs no more, and what a machine adds is loaded at each start.
            words.push("-S".into());
            words.push(format!("{}/lessons/lesson{lesson}/original.py", env!("CARGO_MANIFEST_DIR")));
            let Some(python) = lab::Command::python([""; 0]) else {
                assert!(std::env::var_os("CI").is_none(), "python3 is missing: apt-get install python3");
                eprintln!("notice: python3 is missing, the twin of lesson {lesson} is not checked");
                return None;
            };
            python.program
        }
    };
    words.push(part.to_string());
    words.extend(args.iter().map(|arg| (*arg).to_string()));
    Some(lab::Command::new(program, words))
}

/// Runs the suite `name` over a part of a lesson and fails with its report.
pub fn check(name: &str, who: Who, lesson: u32, part: &str, args: &[&str]) {
    let suite = lab::suite(name).unwrap_or_else(|| panic!("lab has no suite {name}"));
    let Some(command) = command(who, lesson, part, args) else { return };
    suite.run(&command, &lab::Options::patient()).assert_passed();
}

/// As [`check`], for one of many combinations: only when the variable NETKIT_ALL is set, because
/// together they take their time.
pub fn check_all(name: &str, who: Who, lesson: u32, part: &str, args: &[&str]) {
    match std::env::var_os("NETKIT_ALL") {
        Some(_) => check(name, who, lesson, part, args),
        None => eprintln!("notice: {name} with {args:?} is checked only with NETKIT_ALL=1"),
    }
}

/// The path of a lesson's program.
pub fn binary(lesson: u32) -> &'static str {
    match lesson {
        1 => env!("CARGO_BIN_EXE_lesson1"),
        2 => env!("CARGO_BIN_EXE_lesson2"),
        3 => env!("CARGO_BIN_EXE_lesson3"),
        4 => env!("CARGO_BIN_EXE_lesson4"),
        5 => env!("CARGO_BIN_EXE_lesson5"),
        6 => env!("CARGO_BIN_EXE_lesson6"),
        7 => env!("CARGO_BIN_EXE_lesson7"),
        8 => env!("CARGO_BIN_EXE_lesson8"),
        _ => panic!("there is no lesson {lesson} yet"),
    }
}

/// What a part printed that runs by itself to its end.
pub fn run(lesson: u32, args: &[&str]) -> Output {
    let begun = Instant::now();
    let output = Command::new(binary(lesson)).args(args).env("LANG", "C.UTF-8").env_remove("LC_ALL").output();
    let output = output.unwrap_or_else(|error| panic!("lesson{lesson} {args:?}: {error}"));
    // A bound against hanging, generous for a busy machine; the demos themselves promise 5 s.
    assert!(begun.elapsed() < Duration::from_secs(30), "lesson{lesson} {args:?} took {:?}", begun.elapsed());
    output
}

/// The same as text, exit code 0 and an empty stderr required.
pub fn printed(lesson: u32, args: &[&str]) -> String {
    let output = run(lesson, args);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "lesson{lesson} {args:?}: {} {errors}", output.status);
    assert_eq!(errors, "", "lesson{lesson} {args:?}");
    String::from_utf8(output.stdout).unwrap_or_else(|error| panic!("lesson{lesson} {args:?}: {error}"))
}

/// What `command` printed, which runs by itself to its end with exit code 0.
pub fn printed_by(command: &lab::Command) -> String {
    let begun = Instant::now();
    let mut process = Command::new(&command.program);
    let output = process.args(&command.args).env("LANG", "C.UTF-8").env_remove("LC_ALL").output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(begun.elapsed() < Duration::from_secs(30), "{command:?} took {:?}", begun.elapsed());
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// The first number in `text` after `before`.
pub fn number_after(text: &str, before: &str) -> u64 {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no '{before}' in:\n{text}")).1;
    let digits: String = rest.chars().skip_while(|c| *c == ' ').take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number after '{before}' in:\n{text}"))
}

/// Does `work` with each item, ten at a time, and gives the results in the items' order. For programs that
/// wait for most of their time.
pub fn several_at_once<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let left = Mutex::new(items.into_iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for number in 0..10 {
            let worker = || {
                loop {
                    let Some((place, item)) = left.lock().unwrap().next() else { return };
                    let result = work(item);
                    done.lock().unwrap().push((place, result));
                }
            };
            thread::Builder::new().name(format!("worker-{number}")).spawn_scoped(scope, worker).unwrap();
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
