//! The locks of `netkit::sync`, over a machine that tries every order of steps.
//!
//! The files are the very same: `#[path]` includes them. Only `prim` is another one. Under it loom
//! runs a test again and again, each time with another choice of which thread takes the next step
//! and of which earlier write a relaxed read sees, until there is no other choice left.
//!
//! `wrong` holds locks with well-known mistakes. The tests show that the search finds them: a search
//! that finds nothing anywhere proves nothing.
//!
//! Run it: `cargo test --package models`.

#![allow(dead_code, reason = "the included files have more than the models use")]

#[path = "../../src/sync/barrier.rs"]
mod barrier;
#[path = "../../src/sync/condition.rs"]
mod condition;
#[path = "../../src/sync/died.rs"]
mod died;
#[path = "../../src/sync/event.rs"]
mod event;
#[path = "../../src/sync/owners.rs"]
mod owners;
#[path = "../../src/sync/permits.rs"]
mod permits;
mod prim;
#[path = "../../src/sync/raw.rs"]
mod raw;
#[path = "../../src/sync/reentrant.rs"]
mod reentrant;
#[path = "../../src/sync/semaphore.rs"]
mod semaphore;
pub mod wrong;

pub use barrier::{Barrier, BrokenBarrier};
pub use condition::{Condition, ConditionGuard};
pub use died::OwnerDied;
pub use event::Event;
pub use prim::asleep;
pub use reentrant::{ReentrantGuard, ReentrantLock};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore};

/// Tries every order of `threads`' steps, but with at most `preemptions` switches away from a thread
/// that could go on: mistakes need few of them, and each more makes many times more runs.
pub fn every_order(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut search = loom::model::Builder::new();
    search.preemption_bound = Some(preemptions);
    search.check(move || {
        prim::begin();
        model();
    });
}
