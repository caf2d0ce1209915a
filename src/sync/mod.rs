//! Locks, events and waits between threads: what the standard library lacks, or keeps less well.
//!
//! | here | promises | Python |
//! |---|---|---|
//! | [`ReentrantLock`] | its owner may take it again; an owner that ended is reported | `RLock` |
//! | [`Event`] | set and clear at once still wakes all who wait | `Event` |
//! | [`Condition`] | no wait and no notify without the lock, by type | `Condition` |
//! | [`Semaphore`], [`BoundedSemaphore`] | permits; too many given back changes nothing | the same |
//! | [`Barrier`] | all or nobody; a broken one says so to everyone | `Barrier` |
//! | [`Timer`] | once, or never; its panic comes back from `join` | `Timer` |
//! | [`LockOrder`] | a wrong order of locks is an error before it is a deadlock | – |
//!
//! - Verbs come as `op` (waits), `try_op` (does not) and `op_timeout` (waits so long, and not longer).
//! - A wait sleeps in the kernel, on one word, futex(2). Nothing polls.
//! - Nothing is fair: of several that wait, any may be next, unless its page says otherwise.
//! - The standard library's own (`Mutex`, `RwLock`, `mpsc`, `OnceLock`) are used where they will do.
//!
//! Linux only, because of the futex.
//!
//! Reading order: `prim` (what all are made of), `event` (the shortest), `permits` and `semaphore`,
//! `raw`, `owners` and `reentrant` (the lock), `condition`, `barrier`, `timer`; then `order`,
//! `graph` and `inversion`, which use none of them.
//!
//! The files up to `barrier` are model checked: `models/` in the workspace includes them with another
//! `prim`, which tries every order in which threads can take turns.
//!
//! Python: `threading`.

mod barrier;
mod condition;
mod died;
mod event;
mod graph;
mod inversion;
mod order;
mod owners;
mod permits;
mod prim;
mod raw;
mod reentrant;
mod semaphore;
mod timer;

pub use barrier::{Barrier, BrokenBarrier};
pub use condition::{Condition, ConditionGuard};
pub use died::OwnerDied;
pub use event::Event;
pub use graph::{Site, Step};
pub use inversion::LockOrderError;
pub use order::{LockOrder, OrderedGuard, OrderedMutex};
pub use reentrant::{ReentrantGuard, ReentrantLock};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore};
pub use timer::Timer;
