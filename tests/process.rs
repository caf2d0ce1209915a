//! What `netkit::process::Process` promises: start, wait, exit codes, signals, and no orphans.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::io::{ErrorKind, Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use netkit::net::{Listen, Listener};
use netkit::pool::Pool;
use netkit::process::{
    self, Descriptor, ExitStatus, Process, ProcessEvent, ProcessLock, SharedArray, SharedValue,
};
use netkit::tasks;
use serde::{Deserialize, Serialize};

#[macro_use]
mod process_common;
use process_common::{A_MOMENT, SOON, children, descriptors, soon};

fn nothing() {}

fn exit_with(code: i32) {
    process::exit(code);
}

fn panics(text: String) {
    panic!("{text}");
}

fn sleeps_for_ever() {
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

fn tells_and_sleeps(started: ProcessEvent) {
    started.set();
    sleeps_for_ever();
}

fn says_who(parent: SharedValue<u32>, own: SharedValue<u32>) {
    parent.set(std::os::unix::process::parent_id());
    own.set(std::process::id());
}

/// A number in the memory of this process.
static MEMORY: AtomicU32 = AtomicU32::new(0);

fn shows_memory(seen: SharedValue<u32>) {
    seen.set(MEMORY.load(Ordering::Relaxed));
}

fn counts_descriptors(count: SharedValue<u64>) {
    count.set(descriptors() as u64);
}

fn counts(text: String, length: SharedValue<u64>) {
    length.set(text.len() as u64);
}

fn writes_into(pipe: Descriptor) {
    std::fs::File::from(pipe.0).write_all(b"through the pipe").unwrap();
}

/// Runs this program again, as any program: it must not be taken for a child of the test's.
fn runs_the_program_again(good: SharedValue<u32>) {
    let output = Command::new(std::env::current_exe().unwrap()).args(["--one", "prints"]).output().unwrap();
    good.set(u32::from(output.status.success() && output.stdout == b"printed\n"));
}

fn not_listed() {}

#[derive(Deserialize)]
struct Refuses;

impl Serialize for Refuses {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("not me"))
    }
}

fn takes_what_refuses(_: Refuses) {}

fn main() -> ExitCode {
    process::init(tasks![
        nothing,
        exit_with,
        panics,
        sleeps_for_ever,
        tells_and_sleeps,
        says_who,
        shows_memory,
        counts_descriptors,
        counts,
        writes_into,
        runs_the_program_again,
        takes_what_refuses,
    ]);
    process_common::run(tests![
        a_child_is_another_process,
        a_fork_has_the_memory_a_spawn_has_not,
        a_spawned_child_has_its_arguments,
        a_spawned_child_has_no_descriptor_of_its_parents,
        codes_and_signals,
        waiting_has_a_limit,
        a_panic_is_one_line_and_code_1,
        names,
        with_a_second_thread_fork_is_refused,
        what_is_printed_is_printed_once,
        prints,
        what_a_child_starts_is_not_hijacked,
        what_cannot_be_started_says_why,
        a_variable_alone_makes_no_child,
        a_descriptor_is_an_argument,
    ])
}

fn a_child_is_another_process() {
    for kind in ["fork", "spawn"] {
        let (parent, own) = (SharedValue::new(0).unwrap(), SharedValue::new(0).unwrap());
        let child = match kind {
            "fork" => {
                let (parent, own) = (parent.clone(), own.clone());
                Process::fork(move || says_who(parent, own)).unwrap()
            }
            _ => Process::spawn(says_who, (parent.clone(), own.clone())).unwrap(),
        };
        assert_eq!(child.join().unwrap(), ExitStatus::Exited(0), "{kind}");
        assert_eq!((parent.get(), own.get()), (std::process::id(), child.pid()), "{kind}");
        assert!(!child.is_alive());
    }
}

/// SEMANTICS 8.2, item 10.
fn a_fork_has_the_memory_a_spawn_has_not() {
    MEMORY.store(7, Ordering::Relaxed);
    let seen = SharedValue::new(99).unwrap();
    let (forks, same) = (seen.clone(), Process::fork(|| shows_memory(seen.clone())).unwrap());
    assert!(same.join_timeout(SOON).unwrap().unwrap().success());
    assert_eq!(forks.get(), 7);
    let fresh = Process::spawn(shows_memory, seen.clone()).unwrap();
    assert!(fresh.join_timeout(SOON).unwrap().unwrap().success());
    assert_eq!(seen.get(), 0);
}

fn a_spawned_child_has_its_arguments() {
    let length = SharedValue::new(0).unwrap();
    let text = "x".repeat(10_000_000); // more than a socket holds
    let child = Process::spawn(counts, (text, length.clone())).unwrap();
    assert!(child.join().unwrap().success());
    assert_eq!(length.get(), 10_000_000);
}

/// SEMANTICS 8.3, item 18: in Python a child keeps the other ends open, and their end never comes.
fn a_spawned_child_has_no_descriptor_of_its_parents() {
    let count = || {
        let count = SharedValue::new(0).unwrap();
        let child = Process::spawn(counts_descriptors, count.clone()).unwrap();
        assert!(child.join_timeout(SOON).unwrap().unwrap().success());
        count.get()
    };
    let (own, bare) = (descriptors(), count());
    let _open = (
        std::io::pipe().unwrap(),
        Listener::bind(&"127.0.0.1:0".parse().unwrap(), &Listen::default()).unwrap(),
        netkit::sys::Stop::new().unwrap(),
        (SharedArray::<i32>::new(9).unwrap(), ProcessLock::new().unwrap(), ProcessEvent::new().unwrap()),
        Process::spawn(sleeps_for_ever, ()).unwrap(),
        Pool::new(2).unwrap(),
    );
    assert!(descriptors() > own + 10, "{} and {own}", descriptors());
    assert_eq!(count(), bare);
}

fn codes_and_signals() {
    for (code, expected) in [(0, 0), (3, 3), (256, 0), (-1, 255)] {
        assert_eq!(Process::spawn(exit_with, code).unwrap().join().unwrap().exitcode(), expected);
        assert_eq!(Process::fork(|| process::exit(code)).unwrap().join().unwrap().exitcode(), expected);
    }
    let child = Process::spawn(sleeps_for_ever, ()).unwrap();
    assert!(child.is_alive());
    child.terminate().unwrap();
    assert_eq!(child.join().unwrap(), ExitStatus::Signaled(15));
    assert_eq!(child.join().unwrap().exitcode(), -15); // as often as you like
    child.kill().unwrap(); // has ended: nothing happens
    let child = Process::fork(sleeps_for_ever).unwrap();
    child.kill().unwrap();
    assert_eq!(child.join().unwrap().signal(), Some(9));
}

fn waiting_has_a_limit() {
    let child = Process::spawn(sleeps_for_ever, ()).unwrap();
    assert_eq!(child.try_join().unwrap(), None);
    assert_eq!(child.join_timeout(Duration::ZERO).unwrap(), None);
    assert_eq!(child.join_timeout(A_MOMENT).unwrap(), None);
    // Another thread may end it while this one waits.
    thread::scope(|scope| {
        scope.spawn(|| child.terminate().unwrap());
        assert_eq!(child.join_timeout(SOON).unwrap(), Some(ExitStatus::Signaled(15)));
    });
}

fn a_panic_is_one_line_and_code_1() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    rustix::stdio::dup2_stderr(&writer).unwrap();
    let spawned = Process::builder().name("bad").spawn(panics, "one".to_string()).unwrap();
    assert_eq!(spawned.join().unwrap(), ExitStatus::Exited(1));
    let forked = Process::builder().name("worse").fork(|| panic!("two")).unwrap();
    assert_eq!(forked.join().unwrap(), ExitStatus::Exited(1));
    drop(writer);
    let mut text = [0; 4096];
    let length = reader.read(&mut text).unwrap();
    let text = String::from_utf8_lossy(&text[..length]).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].starts_with(&format!("bad (pid {}): panicked at tests/process.rs:", spawned.pid())),
        "{text}"
    );
    assert!(
        lines[0].ends_with(": one") && lines[1].ends_with(": two") && lines[1].starts_with("worse "),
        "{text}"
    );
}

fn names() {
    let child = Process::spawn(nothing, ()).unwrap();
    assert_eq!(child.name(), format!("Process-{}", child.pid()));
    assert_eq!(Process::builder().name("anna").spawn(nothing, ()).unwrap().name(), "anna");
}

fn with_a_second_thread_fork_is_refused() {
    let (go, stay) = std::sync::mpsc::channel::<()>();
    let other = thread::spawn(move || stay.recv());
    let error = Process::fork(nothing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains('2'), "{error}");
    assert!(Process::spawn(nothing, ()).unwrap().join().unwrap().success()); // that is what spawn is for
    drop(go);
    other.join().unwrap().unwrap_err();
    soon("its thread has gone", || lab::proc::threads(std::process::id()).unwrap() == 1);
    assert!(Process::fork(nothing).unwrap().join().unwrap().success());
}

fn what_is_printed_is_printed_once() {
    let me = std::env::current_exe().unwrap();
    let output = Command::new(me).args(["--one", "prints"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "printed\n");
}

/// Run by others. What is in the buffer must not be in the child's too.
fn prints() {
    print!("printed");
    assert!(Process::fork(|| println!()).unwrap().join().unwrap().success());
}

fn what_a_child_starts_is_not_hijacked() {
    let good = SharedValue::new(0).unwrap();
    let child = Process::spawn(runs_the_program_again, good.clone()).unwrap();
    assert!(child.join_timeout(SOON).unwrap().unwrap().success());
    assert_eq!(good.get(), 1);
}

fn what_cannot_be_started_says_why() {
    let error = Process::spawn(not_listed, ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("process::not_listed"), "{error}");
    let error = Process::spawn(takes_what_refuses, Refuses).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("takes_what_refuses"), "{error}");
    assert!(children().is_empty());
}

fn a_variable_alone_makes_no_child() {
    // The same program with another creator of its standard input: nobody's child.
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--one", "names"])
        .env("NETKIT_CHILD_OF", std::process::id().to_string())
        .stdin(Stdio::null())
        .status();
    assert!(status.unwrap().success());
}

fn a_descriptor_is_an_argument() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let child = Process::spawn(writes_into, Descriptor(writer.into())).unwrap();
    let mut text = String::new();
    // The end comes: no copy of the write end is left, here or there.
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "through the pipe");
    assert!(child.join().unwrap().success());
    // Nowhere else can it be serialised.
    assert!(serde_json::to_string(&SharedValue::new(1).unwrap()).is_err());
}
