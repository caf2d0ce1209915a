//! The exercises of lesson 7.

use std::time::Duration;

use super::Exercise;
use crate::{Deadline, Failure, Stream, Subject, measure_for, proc};

mod buffer;
mod fix;
mod gate;
mod race;
mod reentrant;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: race::RACE,
        name: "race",
        lesson: 7,
        stars: 2,
        minutes: 25,
        task: "lose an update on every run" / "每次运行都丢失一次更新",
    },
    exercise! {
        suite: fix::FIX,
        name: "fix",
        lesson: 7,
        stars: 1,
        minutes: 25,
        task: "repair a lost update three ways" / "用三种办法修复丢失更新",
    },
    exercise! {
        suite: gate::GATE,
        name: "gate",
        lesson: 7,
        stars: 2,
        minutes: 30,
        task: "an event that threads wait for" / "线程等待的事件",
    },
    exercise! {
        suite: reentrant::REENTRANT,
        name: "reentrant",
        lesson: 7,
        stars: 2,
        minutes: 30,
        task: "A calls B, and both lock" / "A 调用 B,两者都要加锁",
    },
    exercise! {
        suite: buffer::BUFFER,
        name: "buffer",
        lesson: 7,
        stars: 3,
        minutes: 45,
        task: "a bounded buffer, right in every order" / "有界缓冲区,任何顺序都正确",
    },
];

/// All lines on stdout so far.
fn printed(subject: &Subject) -> Vec<String> {
    subject.tail(Stream::Stdout, usize::MAX)
}

/// That those who wait sleep. On a busy machine a program takes a while until all have come to their places, so it is
/// looked at again until `deadline`; whoever spins never comes to rest. `when` says what they wait for.
fn expect_rest(subject: &Subject, deadline: Deadline, when: &str) -> Result<(), Failure> {
    const LOOK: Duration = Duration::from_millis(150);
    loop {
        let before = proc::wanted_time(subject.pid())?;
        measure_for(LOOK);
        let wanted = proc::wanted_time(subject.pid())?.saturating_sub(before);
        if wanted < LOOK / 4 {
            return Ok(());
        }
        if deadline.passed() {
            return Err(Failure::new(format!(
                "{when}, and in {} ms the program wanted a CPU for {} ms: whoever waits looks again and again, and does not \
                 sleep",
                LOOK.as_millis(),
                wanted.as_millis()
            )));
        }
    }
}

/// That nobody waits by sleeping for a time of its own, to look again after it.
fn expect_no_sleeper(subject: &Subject, when: &str) -> Result<(), Failure> {
    match proc::doing(subject.pid()).into_iter().find(|said| said.contains("sleeps for a fixed time")) {
        None => Ok(()),
        Some(sleeper) => Err(Failure::new(format!(
            "{when}, and {sleeper}: it should wait for what it waits for, however long that takes"
        ))),
    }
}
