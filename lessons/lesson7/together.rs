//! # Barrier, timer, thread-local values
//!
//! You will learn: a place where all arrive or nobody goes on; something that happens later, or is
//! called off; a value that each thread has for itself.
//! Run it: `cargo run --bin lesson7 more`
//! Python: `threading.Barrier`, `Timer`, `local`.
//! Try: a barrier for one thread more than come, without a limit for the wait: then press Ctrl-C.
//!
//! Lines: `barrier: indexes 0 1 2`; `barrier, one missing: broken for 2 of 2`; `timer: fired`;
//! `timer cancelled: did not fire`; `local: main 1, thread 2`.

use std::cell::Cell;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use netkit::cli::Session;
use netkit::sync::{Barrier, Timer};

use crate::crew;

/// How many threads meet.
const PARTIES: usize = 3;

/// How long a thread waits for one that does not come, and a timer for its moment.
const SOON: Duration = Duration::from_millis(50);

// ANCHOR: barrier
pub fn barrier(session: &Session) -> anyhow::Result<()> {
    let barrier = Barrier::new(PARTIES)?;
    // 1. All come: each gets another index.
    let mut indexes = meet(session, &barrier, PARTIES)?;
    indexes.sort_unstable();
    let shown: Vec<String> = indexes.iter().flatten().map(ToString::to_string).collect();
    session.line(format!("barrier: indexes {}", shown.join(" ")))?;
    // 2. One is missing: the first that gives up breaks it, and nobody waits for nothing.
    let indexes = meet(session, &barrier, PARTIES - 1)?;
    let broken = indexes.iter().filter(|index| index.is_none()).count();
    session.line(format!("barrier, one missing: broken for {broken} of {}", indexes.len()))?;
    Ok(())
}

/// What each of so many threads gets at the barrier: its index, or nothing.
fn meet(session: &Session, barrier: &Barrier, threads: usize) -> anyhow::Result<Vec<Option<usize>>> {
    // Whoever waits for all of them has time; whoever waits for one that is missing has not.
    let limit = if threads < PARTIES { SOON } else { Duration::from_secs(10) };
    let indexes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let mut started = Vec::new();
        for number in 0..threads {
            let work = |_: &_| {
                let index = barrier.wait_timeout(limit).ok();
                indexes.lock().unwrap_or_else(PoisonError::into_inner).push(index);
                Ok(())
            };
            started.push(crew::start(session, scope, &format!("thread-{number}"), work)?);
        }
        started.into_iter().try_for_each(crew::join)
    })?;
    Ok(indexes.into_inner().unwrap_or_else(PoisonError::into_inner))
}
// ANCHOR_END: barrier

// ANCHOR: timer
pub fn timer(session: &Session) -> anyhow::Result<()> {
    let begun = Instant::now();
    let timer = Timer::after(SOON, move || begun.elapsed() >= SOON)?;
    match timer.join() {
        Ok(Some(true)) => session.line("timer: fired")?,
        Ok(Some(false)) => session.line("timer: fired too early")?,
        Ok(None) => session.line("timer: did not fire")?,
        Err(_) => bail!("the timer panicked"),
    }
    // A cancelled one ends at once: nobody waits for the hour.
    let timer = Timer::after(Duration::from_secs(3600), || ())?;
    timer.cancel();
    match timer.join() {
        Ok(None) => session.line("timer cancelled: did not fire")?,
        Ok(Some(())) => session.line("timer cancelled: fired")?,
        Err(_) => bail!("the timer panicked"),
    }
    Ok(())
}
// ANCHOR_END: timer

thread_local! {
    /// One for each thread, made when the thread first looks at it.
    static OWN: Cell<u32> = const { Cell::new(0) };
}

pub fn local(session: &Session) -> anyhow::Result<()> {
    OWN.set(1);
    let theirs = Mutex::new(0);
    thread::scope(|scope| {
        let thread = crew::start(session, scope, "thread", |_| {
            OWN.set(OWN.get() + 2); // from 0: main's 1 is not seen here
            *theirs.lock().unwrap_or_else(PoisonError::into_inner) = OWN.get();
            Ok(())
        })?;
        crew::join(thread)
    })?;
    let theirs = theirs.into_inner().unwrap_or_else(PoisonError::into_inner);
    session.line(format!("local: main {}, thread {theirs}", OWN.get()))?;
    Ok(())
}
