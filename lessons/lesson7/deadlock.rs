//! # Two locks, two orders
//!
//! You will learn: how two threads come to wait for each other for ever; how to find that before it
//! happens, on a run where nothing hangs; that one order for all locks cures it.
//! Run it: `cargo run --bin lesson7 deadlock`
//! Python: `acquire(timeout=…)` shows that something hangs; nothing finds the order.
//! Try: a third lock, and three threads in a circle.
//!
//! Lines: `thread-1: has left, right after 100 ms: no`, the same of thread-2 the other way round;
//! `cured: 2 threads, 200 rounds`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use netkit::cli::Session;
use netkit::sync::{Barrier, LockOrder, OrderedMutex, OwnerDied, ReentrantLock};
use netkit::trace::{Event, Trace};

use crate::crew;
use crate::text::deadlock as text;

/// How long each of them waits for the other; without this it would be for ever.
const LIMIT: Duration = Duration::from_millis(100);

/// How often each thread takes both locks, cured.
const ROUNDS: u32 = 100;

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::NAIVE, &[])?;
    naive(session)?;
    session.say(&text::FOUND, &[])?;
    found(session)?;
    session.say(&text::CURE, &[])?;
    cured(session)
}

// ANCHOR: naive
/// The naive way: each takes its own first. The barrier makes the bad moment come on every run.
fn naive(session: &Session) -> anyhow::Result<()> {
    let (left, right) = (ReentrantLock::new(()), ReentrantLock::new(()));
    let both = Barrier::new(2)?;
    let got = [AtomicBool::new(true), AtomicBool::new(true)];
    let orders = [("thread-1", "left", "right", &left, &right), ("thread-2", "right", "left", &right, &left)];
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for ((name, .., own, others), got) in orders.into_iter().zip(&got) {
            let both = &both;
            let thread = crew::start(session, scope, name, move |_| {
                let _own = own.lock().map_err(OwnerDied::release)?;
                both.wait()?; // each has one
                let second = others.lock_timeout(LIMIT).map_err(OwnerDied::release)?;
                got.store(second.is_some(), Ordering::Relaxed);
                both.wait()?; // nobody lets go before both have given up
                Ok(())
            });
            threads.push(thread.inspect_err(|_| both.abort())?);
        }
        threads.into_iter().try_for_each(crew::join)
    })?;
    for ((name, own, others, ..), got) in orders.iter().zip(got) {
        let got = if got.into_inner() { "yes" } else { "no" };
        session.line(format!("{name}: has {own}, {others} after {} ms: {got}", LIMIT.as_millis()))?;
    }
    Ok(())
}
// ANCHOR_END: naive

// ANCHOR: found
/// The same order of locks, one thread after the other: nothing hangs, and it is found all the same.
fn found(session: &Session) -> anyhow::Result<()> {
    let order = LockOrder::new();
    let (left, right) = (order.mutex("left", 0), order.mutex("right", 0));
    in_a_thread(session, "thread-1", || {
        let _left = left.lock()?;
        let _right = right.lock()?;
        Ok(())
    })?;
    let refused = in_a_thread(session, "thread-2", || {
        let _right = right.lock()?;
        let _left = left.lock()?; // an error, in place of a wait that may never end
        Ok(())
    });
    match refused {
        Err(error) => session.line(error)?,
        Ok(()) => session.line("nothing found")?,
    }
    Ok(())
}
// ANCHOR_END: found

/// Everyone takes left before right: who has left gets right some day, and nobody waits in a circle.
fn cured(session: &Session) -> anyhow::Result<()> {
    let order = LockOrder::new();
    let (left, right) = (order.mutex("left", 0), order.mutex("right", 0));
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for name in ["thread-1", "thread-2"] {
            let work = |trace: &Trace| both_in_order(trace, &left, &right);
            threads.push(crew::start(session, scope, name, work)?);
        }
        threads.into_iter().try_for_each(crew::join)
    })?;
    session.line(format!("cured: 2 threads, {} rounds", *left.lock()?))?;
    Ok(())
}

fn both_in_order(trace: &Trace, left: &OrderedMutex<u32>, right: &OrderedMutex<u32>) -> crew::Outcome {
    for _ in 0..ROUNDS {
        trace.record(|| Event::LockWant { lock: "left".to_string() });
        let mut left = left.lock()?;
        trace.record(|| Event::LockGot { lock: "left".to_string() });
        let mut right = right.lock()?;
        *left += 1;
        *right += 1;
    }
    Ok(())
}

fn in_a_thread(session: &Session, name: &str, work: impl FnOnce() -> crew::Outcome + Send) -> crew::Outcome {
    thread::scope(|scope| crew::join(crew::start(session, scope, name, |_| work())?))
}
