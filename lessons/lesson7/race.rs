//! # Lost updates, and three cures
//!
//! You will learn: that `n = n + 1` is a load and a store, and what happens when another thread
//! stands between them; a lock, an atomic and a channel as cures; what a lock costs that is held
//! for too long.
//! Run it: `cargo run --bin lesson7 race`
//! Python: `gl_num += 1` with and without `threading.Lock`; `queue.Queue`.
//! Try: take the barrier out of `without_a_lock` and count how often nothing is lost: often. A race
//! is there all the same.
//!
//! Lines: `without a lock: 10 of 20`, and 20 of 20 `with a lock`, `with an atomic`, `with a channel`;
//! `sleep inside the lock: 501 ms`, `sleep outside the lock: 51 ms`.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use netkit::cli::Session;
use netkit::sync::Barrier;
use netkit::trace::{Event, Trace};

use crate::crew;
use crate::text::race as text;

/// How often each of the two threads adds 1.
const ROUNDS: u32 = 10;

/// How many threads sleep.
const SLEEPERS: u32 = 10;

/// How long each of them sleeps.
const NAP: Duration = Duration::from_millis(50);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::LOST, &[])?;
    for (how, total) in [
        ("without a lock", without_a_lock(session)?),
        ("with a lock", with_a_lock(session)?),
        ("with an atomic", with_an_atomic(session)?),
        ("with a channel", with_a_channel(session)?),
    ] {
        session.line(format!("{how}: {total} of {}", 2 * ROUNDS))?;
    }
    session.say(&text::SLEEP, &[("threads", &SLEEPERS), ("nap", &NAP.as_millis())])?;
    for (place, inside) in [("inside", true), ("outside", false)] {
        let took = sleeping(session, inside)?;
        session.line(format!("sleep {place} the lock: {} ms", took.as_millis()))?;
    }
    Ok(())
}

// ANCHOR: lost
/// The naive way. `fetch_add` would be one step; a load and a store are two, as `+=` is in Python
/// and in the processor. (A plain variable does not compile: Rust lets no two threads write one.)
fn without_a_lock(session: &Session) -> anyhow::Result<u32> {
    let number = AtomicU32::new(0);
    // It only makes sure that the bad moment comes on every run.
    let between = Barrier::new(2)?;
    let add = |_: &Trace| {
        for _ in 0..ROUNDS {
            let seen = number.load(Ordering::Relaxed);
            between.wait()?; // the other thread has seen the same number
            number.store(seen + 1, Ordering::Relaxed); // so both store the same
        }
        Ok(())
    };
    thread::scope(|scope| {
        let first = crew::start(session, scope, "thread-0", add)?;
        let second = crew::start(session, scope, "thread-1", add).inspect_err(|_| between.abort())?;
        crew::join(first)?;
        crew::join(second)
    })?;
    Ok(number.into_inner())
}
// ANCHOR_END: lost

// ANCHOR: cures
/// One thread at a time is between load and store.
fn with_a_lock(session: &Session) -> anyhow::Result<u32> {
    let number = Mutex::new(0);
    both(session, |trace| {
        for _ in 0..ROUNDS {
            add(&number, trace, Duration::ZERO);
        }
        Ok(())
    })?;
    Ok(number.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Adds 1 with the lock held, and keeps it for a while. The story goes to the trace.
fn add(number: &Mutex<u32>, trace: &Trace, nap: Duration) {
    let lock = || "number".to_string();
    trace.record(|| Event::LockWant { lock: lock() });
    // A panic of somebody who held it would have left a number that is right all the same.
    let mut guard = number.lock().unwrap_or_else(PoisonError::into_inner);
    trace.record(|| Event::LockGot { lock: lock() });
    *guard += 1;
    thread::sleep(nap);
    // Told before it is done: nobody is said to have it before we are said to have given it back.
    trace.record(|| Event::LockRelease { lock: lock() });
}

/// Load, add and store in one step that nobody can get into.
fn with_an_atomic(session: &Session) -> anyhow::Result<u32> {
    let number = AtomicU32::new(0);
    both(session, |_| {
        for _ in 0..ROUNDS {
            number.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    })?;
    Ok(number.into_inner())
}

/// Nobody shares the number: it has one owner, and the others send.
fn with_a_channel(session: &Session) -> anyhow::Result<u32> {
    let (sender, receiver) = mpsc::channel();
    both(session, |_| {
        for _ in 0..ROUNDS {
            sender.send(1)?;
        }
        Ok(())
    })?;
    drop(sender); // the sum is complete when nobody can send any more
    Ok(receiver.iter().sum())
}
// ANCHOR_END: cures

/// Two threads do the same.
fn both(session: &Session, work: impl Fn(&Trace) -> crew::Outcome + Sync) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let first = crew::start(session, scope, "thread-0", &work)?;
        let second = crew::start(session, scope, "thread-1", &work)?;
        crew::join(first)?;
        crew::join(second)
    })
}

// ANCHOR: sleep
/// Ten threads add 1 and sleep. Who sleeps with the lock makes all others wait.
fn sleeping(session: &Session, inside: bool) -> anyhow::Result<Duration> {
    let number = Mutex::new(0);
    let begun = Instant::now();
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for name in 0..SLEEPERS {
            let work = |trace: &Trace| {
                if inside {
                    add(&number, trace, NAP);
                } else {
                    add(&number, trace, Duration::ZERO);
                    thread::sleep(NAP);
                }
                Ok(())
            };
            threads.push(crew::start(session, scope, &format!("thread-{name}"), work)?);
        }
        threads.into_iter().try_for_each(crew::join)
    })?;
    Ok(begun.elapsed())
}
// ANCHOR_END: sleep
