//! # Condition and semaphores
//!
//! You will learn: to wait until something shared has changed, without looking again and again; to
//! let a few in at a time; what it means to give back more than was taken.
//! Run it: `cargo run --bin lesson7 more`
//! Python: `threading.Condition`, `Semaphore`, `BoundedSemaphore`.
//! Try: `PLACES` 1, and 100; take a permit and never give it back.
//!
//! Lines: `condition: 20 items through 3 places, at most 3 in it`; `semaphore: 10 threads, at most 3
//! inside`; `bounded semaphore: given back too often: refused, 3 of 3 left`; and those of `together`.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use netkit::cli::Session;
use netkit::sync::{BoundedSemaphore, Condition, OwnerDied, Semaphore};

use crate::text::more as text;
use crate::{crew, together};

/// How many items pass through the buffer.
const ITEMS: usize = 20;

/// How many the buffer holds; and how many threads the semaphore lets in.
const PLACES: usize = 3;

/// How many threads want in.
const THREADS: usize = 10;

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::CONDITION, &[])?;
    condition(session)?;
    session.say(&text::SEMAPHORE, &[])?;
    semaphore(session)?;
    bounded_semaphore(session)?;
    session.say(&text::BARRIER, &[])?;
    together::barrier(session)?;
    session.say(&text::TIMER, &[])?;
    together::timer(session)?;
    session.say(&text::LOCAL, &[])?;
    together::local(session)
}

// ANCHOR: condition
/// A buffer with three places: who finds it full waits, who finds it empty waits, and whoever has
/// changed it says so.
fn condition(session: &Session) -> anyhow::Result<()> {
    let buffer = Condition::new(VecDeque::new());
    let most = AtomicUsize::new(0);
    let taken = AtomicUsize::new(0);
    thread::scope(|scope| {
        let producer = crew::start(session, scope, "producer", |_| {
            for item in 0..ITEMS {
                let mut held = buffer.lock().map_err(OwnerDied::release)?;
                // Looks, waits to be notified, looks again: in between somebody else may have been quicker.
                held.wait_for(|buffer: &mut VecDeque<usize>| (buffer.len() < PLACES).then_some(()))?;
                held.borrow_mut().push_back(item);
                most.fetch_max(held.borrow().len(), Ordering::Relaxed);
                held.notify_all();
            }
            Ok(())
        })?;
        for expected in 0..ITEMS {
            let mut held = buffer.lock().map_err(OwnerDied::release)?;
            let item = held.wait_for(VecDeque::pop_front)?;
            held.notify_all();
            taken.fetch_add(usize::from(item == expected), Ordering::Relaxed);
        }
        crew::join(producer)
    })?;
    let (taken, most) = (taken.into_inner(), at_most(most.into_inner()));
    session.line(format!("condition: {taken} items through {PLACES} places, at most {most} in it"))?;
    Ok(())
}
// ANCHOR_END: condition

// ANCHOR: semaphore
/// Ten threads want in, three at a time may.
fn semaphore(session: &Session) -> anyhow::Result<()> {
    let door = Semaphore::new(PLACES as u32);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for number in 0..THREADS {
            let work = |_: &_| {
                let _permit = door.permit(); // given back when it is dropped
                most.fetch_max(inside.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(5));
                inside.fetch_sub(1, Ordering::Relaxed);
                Ok(())
            };
            threads.push(crew::start(session, scope, &format!("thread-{number}"), work)?);
        }
        threads.into_iter().try_for_each(crew::join)
    })?;
    session.line(format!("semaphore: {THREADS} threads, at most {} inside", at_most(most.into_inner())))?;
    Ok(())
}
// ANCHOR_END: semaphore

/// The bound, if it was kept. How near to it they came is chance, and would be another line each time.
fn at_most(seen: usize) -> usize {
    seen.max(PLACES)
}

/// Who gives back what was never taken has made a mistake. Here it is an error, and changes nothing.
fn bounded_semaphore(session: &Session) -> anyhow::Result<()> {
    let door = BoundedSemaphore::new(PLACES as u32);
    door.acquire();
    door.release(1)?;
    let refused = if door.release(1).is_err() { "refused" } else { "taken" };
    session.line(format!(
        "bounded semaphore: given back too often: {refused}, {} of {PLACES} left",
        door.available()
    ))?;
    Ok(())
}
