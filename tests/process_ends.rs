//! How children of `netkit::process` end: with their parent, and only then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::io::ErrorKind;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use netkit::process::{self, ExitStatus, Process, ProcessEvent, SharedArray, SharedValue};
use netkit::tasks;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;

#[macro_use]
mod process_common;
use process_common::{A_MOMENT, SOON, children, descriptors, lives, send_signal, soon};

fn nothing() {}

fn sleeps_for_ever() {
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

fn tells_and_sleeps(started: ProcessEvent) {
    started.set();
    sleeps_for_ever();
}

fn counts(text: String, length: SharedValue<u64>) {
    length.set(text.len() as u64);
}

/// Starts children of both kinds and tells who they are; at last it ends without a word to them.
fn has_children(pids: SharedArray<u32>, ready: ProcessEvent, end: ProcessEvent) {
    let spawned = Process::spawn(sleeps_for_ever, ()).unwrap();
    let started = ProcessEvent::new().unwrap();
    let busy = started.clone();
    let forked = Process::fork(move || {
        busy.set();
        loop {
            std::hint::spin_loop(); // not even in the kernel
        }
    })
    .unwrap();
    started.wait();
    pids.set(0, spawned.pid()).unwrap();
    pids.set(1, forked.pid()).unwrap();
    ready.set();
    end.wait();
    process::exit(5);
}

fn leaves_a_thread(started: ProcessEvent) {
    let begun = started.clone();
    thread::spawn(move || tells_and_sleeps(begun));
    started.wait();
}

fn sleeps_in_a_thread(started: ProcessEvent, go_on: ProcessEvent) {
    started.set();
    go_on.wait();
}

fn main() -> ExitCode {
    process::init(tasks![
        nothing,
        sleeps_for_ever,
        tells_and_sleeps,
        counts,
        has_children,
        leaves_a_thread,
        sleeps_in_a_thread
    ]);
    process_common::run(tests![
        dropped_is_killed_and_collected,
        the_death_of_the_parent_ends_all,
        a_thread_that_nobody_joins_ends_with_its_child,
        its_descriptor_is_readable_when_it_has_ended,
        the_end_of_a_thread_ends_no_child,
        a_copy_of_the_handle_leaves_the_child_alone,
        five_thousand_children,
        descriptors_come_back,
        sigint_is_the_parents_business
    ])
}

fn dropped_is_killed_and_collected() {
    let started = ProcessEvent::new().unwrap();
    let spawned = Process::spawn(tells_and_sleeps, started.clone()).unwrap();
    started.wait();
    let forked = Process::fork(sleeps_for_ever).unwrap();
    assert_eq!(children().len(), 2);
    drop((spawned, forked));
    assert!(children().is_empty());
}

/// SEMANTICS 8.1, items 6 and 7: Python ends its daemons when it ends itself, and never when it is killed.
fn the_death_of_the_parent_ends_all() {
    for signal in [Some(Signal::KILL), Some(Signal::TERM), None] {
        let (pids, ready) = (SharedArray::new(2).unwrap(), ProcessEvent::new().unwrap());
        let end = ProcessEvent::new().unwrap();
        let parent = Process::spawn(has_children, (pids.clone(), ready.clone(), end.clone())).unwrap();
        assert!(ready.wait_timeout(SOON));
        let grandchildren = pids.to_vec();
        assert!(grandchildren.iter().all(|pid| lives(*pid)));
        match signal {
            Some(signal) => send_signal(parent.pid(), signal),
            None => end.set(),
        }
        let status = parent.join_timeout(SOON).unwrap().expect("it goes on");
        assert_eq!(status.exitcode(), signal.map_or(5, |signal| -signal.as_raw()));
        soon("orphans end", || !grandchildren.iter().any(|pid| lives(*pid)));
    }
}

/// SEMANTICS 8.1, item 8: Python's child waits for its threads. Here it ends as any program does.
fn a_thread_that_nobody_joins_ends_with_its_child() {
    for kind in ["fork", "spawn"] {
        let started = ProcessEvent::new().unwrap();
        let child = match kind {
            "fork" => Process::fork(|| leaves_a_thread(started.clone())).unwrap(),
            _ => Process::spawn(leaves_a_thread, started.clone()).unwrap(),
        };
        assert_eq!(child.join_timeout(SOON).unwrap(), Some(ExitStatus::Exited(0)), "{kind}");
        assert!(started.is_set(), "{kind}: the thread was there");
    }
}

/// SEMANTICS 8.1, item 4: `Process.sentinel`.
fn its_descriptor_is_readable_when_it_has_ended() {
    let started = ProcessEvent::new().unwrap();
    let child = Process::spawn(tells_and_sleeps, started.clone()).unwrap();
    assert!(started.wait_timeout(SOON));
    let ends_within = |limit: Duration| {
        let limit = Timespec { tv_sec: limit.as_secs().cast_signed(), tv_nsec: 0 };
        poll(&mut [PollFd::new(&child, PollFlags::IN)], Some(&limit)).unwrap() == 1
    };
    assert!(!ends_within(Duration::ZERO));
    child.kill().unwrap();
    assert!(ends_within(SOON));
    assert_eq!(child.try_join().unwrap(), Some(ExitStatus::Signaled(9)), "it is there at once");
    assert!(ends_within(Duration::ZERO), "and readable as often as you look");
}

/// PR_SET_PDEATHSIG alone would kill the child here: to the kernel the parent is a thread.
fn the_end_of_a_thread_ends_no_child() {
    let (started, go_on) = (ProcessEvent::new().unwrap(), ProcessEvent::new().unwrap());
    let args = (started.clone(), go_on.clone());
    let starter = thread::spawn(move || Process::spawn(sleeps_in_a_thread, args).unwrap());
    assert!(started.wait_timeout(SOON));
    let child = starter.join().unwrap();
    soon("the thread has gone", || lab::proc::threads(std::process::id()).unwrap() == 1);
    assert_eq!(child.join_timeout(A_MOMENT).unwrap(), None);
    go_on.set();
    assert_eq!(child.join_timeout(SOON).unwrap(), Some(ExitStatus::Exited(0)));
}

fn a_copy_of_the_handle_leaves_the_child_alone() {
    let mut sleeper = Some(Process::spawn(sleeps_for_ever, ()).unwrap());
    let other = Process::fork(|| {
        let copy = sleeper.take().unwrap();
        assert_eq!(copy.join().unwrap_err().kind(), ErrorKind::InvalidInput);
        drop(copy); // here, this kills nobody
    });
    assert!(other.unwrap().join().unwrap().success());
    assert!(sleeper.unwrap().is_alive());
}

fn five_thousand_children() {
    const AT_ONCE: usize = 20;
    let sum = SharedValue::new(11).unwrap();
    let mut alive = std::collections::VecDeque::new();
    for _ in 0..5000 {
        if alive.len() == AT_ONCE {
            let oldest: Process = alive.pop_front().unwrap();
            assert!(oldest.join().unwrap().success());
        }
        let sum = sum.clone();
        alive.push_back(Process::fork(move || drop(sum.fetch_add(1))).unwrap());
        assert!(children().len() <= AT_ONCE);
    }
    alive.iter().for_each(|child| assert!(child.join().unwrap().success()));
    assert_eq!(sum.get(), 5011);
}

fn descriptors_come_back() {
    let round = || {
        let value = SharedValue::new(0).unwrap();
        Process::spawn(counts, ("abc".to_string(), value)).unwrap().join().unwrap();
        Process::fork(nothing).unwrap().join().unwrap();
    };
    round();
    let before = descriptors();
    (0..5).for_each(|_| round());
    assert_eq!(descriptors(), before);
    assert!(children().is_empty());
}

fn sigint_is_the_parents_business() {
    let started = ProcessEvent::new().unwrap();
    let child = Process::spawn(tells_and_sleeps, started.clone()).unwrap();
    started.wait();
    send_signal(child.pid(), Signal::INT);
    assert_eq!(child.join_timeout(A_MOMENT).unwrap(), None);
}
