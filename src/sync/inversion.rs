//! What is wrong with the order of locks, in words.

use std::error::Error;
use std::fmt;

use super::graph::{Site, Step};

/// Why an [`OrderedMutex`](super::OrderedMutex) was not taken.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LockOrderError {
    /// Threads take the same locks in different orders.
    Inversion {
        /// What this thread was about to do.
        this: Step,
        /// What other threads (or this one, earlier) have done: the way from the lock that this one
        /// wants to one that it holds. One step, if there are two locks in the circle.
        others: Vec<Step>,
    },
    /// The thread has the mutex already, and would wait for itself.
    Again {
        /// The thread, the line where it took the lock, and the line where it asked once more.
        this: Step,
    },
    /// A thread panicked while it had the mutex: what it protects may be half changed.
    Poisoned {
        /// The mutex, and the line that asked for it.
        lock: Site,
    },
}

impl fmt::Display for LockOrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LockOrderError::Inversion { this, others } => {
                write!(
                    f,
                    "wrong order of locks: the thread {:?} holds {} and asks for {}, but ",
                    this.thread(),
                    this.held(),
                    this.wanted()
                )?;
                for (at, other) in others.iter().enumerate() {
                    let and = if at == 0 { "" } else { ", and " };
                    let (thread, held, wanted) = (other.thread(), other.held(), other.wanted());
                    write!(f, "{and}the thread {thread:?} held {held} and asked for {wanted}")?;
                }
                f.write_str(": one day each waits for the other for ever (take them in one order everywhere)")
            }
            LockOrderError::Again { this } => write!(
                f,
                "the thread {:?} holds {} and asks for it again at {}: it would wait for itself \
                 (let go first, or use a ReentrantLock)",
                this.thread(),
                this.held(),
                this.wanted().at()
            ),
            LockOrderError::Poisoned { lock } => write!(
                f,
                "a thread panicked while it held {:?}, asked for at {}: what the lock protects may be half \
                 changed (put it right, then OrderedMutex::clear_poison)",
                lock.lock(),
                lock.at()
            ),
        }
    }
}

impl Error for LockOrderError {}
