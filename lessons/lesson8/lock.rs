//! # A counter under a lock
//!
//! You will learn: under a lock no addition is lost: the counter is 11 + N, when all have been joined.
//! The documents print it before that, and wonder. A lock can also survive the death of its owner.
//! Run it: `cargo run --bin lesson8 lock`
//! Python: `multiprocessing.RLock`, which stays locked for ever when its owner is killed.
//! Try: in `add_without_lock`, `fetch_add` in place of get and set.
//!
//! Lines: `4999 ---> V`, the counter before join; `counter 5011` after it; `without the lock 12, expected
//! 13`; `owner P killed`; `waiter P told that the owner died` once, `waiter P ok` twice; `after the kill 14`.

use std::thread;
use std::time::Duration;

use anyhow::Context;
use netkit::cli::Session;
use netkit::process::{LockError, Process, ProcessEvent, ProcessLock, SharedArray};

use crate::child;
use crate::children::{Children, forked, join};
use crate::text::lock as text;

/// The documents' first number.
const BEGIN: i32 = 11;

/// So many of the children begin late, for the print that comes too early to be so at every run.
const LATE: u32 = 10;

#[derive(clap::Args)]
pub struct Args {
    /// How many children add 1
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(10..=100_000))]
    pub count: u32,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let temp = SharedArray::from_slice(&[BEGIN, 22, 33, 44])?;
    let lock = ProcessLock::new()?;
    count(session, args.count, &lock, &temp)?;
    forced_loss(session, &temp)?;
    killed_owner(session, &lock, &temp)
}

// ANCHOR: count
/// Five thousand children, at most 64 at once.
fn count(session: &Session, count: u32, lock: &ProcessLock, temp: &SharedArray<i32>) -> anyhow::Result<()> {
    let gate = ProcessEvent::new()?;
    let mut children = Children::new(session);
    for number in 0..count {
        children.start(|| {
            let add = || {
                if number >= count - LATE {
                    gate.wait();
                }
                child::ends(add_one(lock, temp).map(|_| ()));
            };
            forked(session, Process::fork(add))
        })?;
    }
    // Here the documents print: some children are still at work.
    session.line(format!("{} ---> {}", count - 1, read(temp)?))?;
    gate.set();
    let ended = children.join()?;
    session.line(format!("counter {}", read(temp)?))?;
    for lost in ended.iter().filter(|ended| !ended.status.success()) {
        session.say(&text::LOST, &[("number", &lost.number), ("status", &lost.status)])?;
    }
    Ok(())
}

/// Adds 1 under the lock; says whether an earlier owner has died.
fn add_one(lock: &ProcessLock, temp: &SharedArray<i32>) -> anyhow::Result<bool> {
    let (_guard, died) = match lock.lock() {
        Ok(guard) => (guard, false),
        // It is ours nevertheless. Whoever died may have left things half done: one number is
        // either changed or not, so there is nothing to repair.
        Err(LockError::OwnerDied(owner)) => (owner.make_consistent(), true),
        Err(error) => return Err(std::io::Error::from(error).into()),
    };
    temp.set(0, read(temp)? + 1)?;
    Ok(died)
}
// ANCHOR_END: count

/// Two children without a lock, each of which writes when both have read.
fn forced_loss(session: &Session, temp: &SharedArray<i32>) -> anyhow::Result<()> {
    temp.set(0, BEGIN)?;
    let read = [ProcessEvent::new()?, ProcessEvent::new()?];
    let mut children = Children::new(session);
    for (mine, other) in [(&read[0], &read[1]), (&read[1], &read[0])] {
        let add = || child::ends(add_without_lock(temp, mine, other));
        children.start(|| forked(session, Process::fork(add)))?;
    }
    children.join()?;
    session.line(format!("without the lock {}, expected {}", self::read(temp)?, BEGIN + 2))?;
    Ok(())
}

fn add_without_lock(
    temp: &SharedArray<i32>,
    mine: &ProcessEvent,
    other: &ProcessEvent,
) -> anyhow::Result<()> {
    let value = read(temp)?;
    mine.set();
    other.wait_timeout(Duration::from_secs(10));
    temp.set(0, value + 1)?; // what the other one has written is gone
    Ok(())
}

// ANCHOR: killed
/// An owner is killed; three wait for its lock.
fn killed_owner(session: &Session, lock: &ProcessLock, temp: &SharedArray<i32>) -> anyhow::Result<()> {
    temp.set(0, BEGIN)?;
    let holds = ProcessEvent::new()?;
    let hold = || {
        let guard = lock.lock();
        holds.set();
        thread::sleep(Duration::from_secs(60));
        drop(guard); // it does not get that far
    };
    let owner = forked(session, Process::fork(hold))?;
    holds.wait_timeout(Duration::from_secs(10));
    let mut waiters = Children::new(session);
    for _ in 0..3 {
        waiters.start(|| forked(session, Process::fork(|| child::ends(take_turn(lock, temp)))))?;
    }
    session.line(format!("owner {} killed", owner.pid()))?;
    owner.kill()?;
    join(session, &owner)?;
    waiters.join()?;
    session.line(format!("after the kill {}", read(temp)?))?;
    Ok(())
}

fn take_turn(lock: &ProcessLock, temp: &SharedArray<i32>) -> anyhow::Result<()> {
    let what = if add_one(lock, temp)? { "told that the owner died" } else { "ok" };
    child::line(format!("waiter {} {what}", std::process::id()))?;
    Ok(())
}
// ANCHOR_END: killed

fn read(temp: &SharedArray<i32>) -> anyhow::Result<i32> {
    temp.get(0).context("the array is empty")
}
