//! # A lock for those who have it already
//!
//! You will learn: why a function that locks may not call another one that does, with a plain lock;
//! what a reentrant one counts; what happens to a lock whose owner has ended.
//! Run it: `cargo run --bin lesson7 rlock`
//! Python: `threading.RLock` and `threading.Lock`.
//! Try: give a `ReentrantGuard` to another thread. The compiler refuses: only its owner may unlock.
//!
//! Lines: `depth 1`, `depth 2`, `depth 3`; `plain lock, try again: no`; `plain lock, 100 ms: no`;
//! `owner ended: told, owner` (Python: `owner ended: not told`).

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread::{self, Builder};
use std::time::Duration;

use netkit::cli::Session;
use netkit::sync::{OwnerDied, ReentrantLock};

use crate::crew;
use crate::text::rlock as text;

/// How long to wait for what will not come.
const LIMIT: Duration = Duration::from_millis(100);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::REENTRANT, &[])?;
    let depth = ReentrantLock::new(Cell::new(0));
    deeper(session, &depth)?;

    session.say(&text::PLAIN, &[])?;
    plain(session)?;

    session.say(&text::OWNER, &[])?;
    owner_ended(session)
}

// ANCHOR: reentrant
/// Each level takes the lock that the level above still has, three deep.
fn deeper(session: &Session, depth: &ReentrantLock<Cell<u32>>) -> anyhow::Result<()> {
    let held = depth.lock().map_err(OwnerDied::release)?;
    // A guard lends the value only to be read, because there may be two of them. A Cell can be
    // changed through that.
    held.set(held.get() + 1);
    session.line(format!("depth {}", held.get()))?;
    if held.get() < 3 {
        deeper(session, depth)?;
    }
    Ok(())
} // given back once for each level; the last one lets others in
// ANCHOR_END: reentrant

/// The naive way: the same with a plain lock. Asked politely it says no; asked to wait, it waits
/// for itself.
fn plain(session: &Session) -> anyhow::Result<()> {
    let lock = Mutex::new(0);
    let held = lock.lock();
    let again = if lock.try_lock().is_ok() { "yes" } else { "no" };
    session.line(format!("plain lock, try again: {again}"))?;
    drop(held);

    let (sender, receiver) = mpsc::channel();
    let lock = Arc::new(Mutex::new(0));
    // Nobody can join a thread that waits for itself: it ends with the process.
    Builder::new().name("selfish".to_string()).spawn(move || {
        let _first = lock.lock();
        let _second = lock.lock();
        let _ = sender.send(());
    })?;
    let again = match receiver.recv_timeout(LIMIT) {
        Ok(()) => "yes",
        Err(RecvTimeoutError::Timeout) => "no",
        // The standard library leaves open whether it waits or panics.
        Err(RecvTimeoutError::Disconnected) => "panicked",
    };
    session.line(format!("plain lock, {} ms: {again}", LIMIT.as_millis()))?;
    Ok(())
}

/// A thread ends and never gave its lock back. Whoever comes next is told, and decides.
fn owner_ended(session: &Session) -> anyhow::Result<()> {
    let lock = ReentrantLock::new(Cell::new(0));
    thread::scope(|scope| {
        let owner = crew::start(session, scope, "owner", |_| {
            // A guard that nobody drops: a leak, as it happens in circles of references.
            let _leaked = ManuallyDrop::new(lock.lock().map_err(OwnerDied::release)?);
            Ok(())
        })?;
        crew::join(owner)
    })?;
    match lock.lock_timeout(LIMIT) {
        Err(died) => {
            session.line(format!("owner ended: told, {}", died.thread()))?;
            // The value is looked at, found right, and the lock is as before.
            drop(died.make_consistent());
        }
        Ok(_) => session.line("owner ended: not told")?,
    }
    Ok(())
}
