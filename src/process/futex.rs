//! Waiting for a word in shared memory to change.

use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use rustix::thread::futex::{Flags, wait, wake};

use super::child::timespec;

/// How long somebody is ready to wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience(Option<Instant>);

impl Patience {
    /// For ever.
    pub(crate) fn endless() -> Self {
        Patience(None)
    }

    /// Until `limit` from now. More than the clock can count is for ever.
    pub(crate) fn until(limit: Duration) -> Self {
        Patience(Instant::now().checked_add(limit))
    }

    /// Until then.
    pub(crate) fn at(deadline: Instant) -> Self {
        Patience(Some(deadline))
    }

    /// Waits while `word` is `expected`; `false` when the time is over.
    ///
    /// It may return `true` without a change: look again. Not private (futex(2)): the word is in
    /// memory of several processes.
    pub(crate) fn wait(self, word: &AtomicU32, expected: u32) -> bool {
        let left = self.0.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return false;
        }
        // Changed already, a signal, the time is over: in each case who asked looks again.
        let _ = wait(word, Flags::empty(), expected, left.map(timespec).as_ref());
        true
    }
}

/// Wakes one who waits for `word`.
pub(crate) fn wake_one(word: &AtomicU32) {
    // It can only fail for an address that is no memory.
    let _ = wake(word, Flags::empty(), 1);
}

/// Wakes all who wait for `word`.
pub(crate) fn wake_all(word: &AtomicU32) {
    let _ = wake(word, Flags::empty(), i32::MAX as u32);
}
