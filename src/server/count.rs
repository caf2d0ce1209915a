//! Counting what runs in threads, and waiting for its end with a deadline.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::selector::Waker;

/// How many threads run. A thread's end cannot be waited for with a deadline; a count can.
#[derive(Debug, Default)]
pub(super) struct Count {
    running: Mutex<usize>,
    none_left: Condvar,
    /// Wakes the loop that serves now: each call of `serve_forever` has its own.
    bell: Mutex<Option<Waker>>,
}

/// Counts as running until it is dropped, also by a panic.
pub(super) struct Counted {
    count: Arc<Count>,
    /// The loop is to be woken when the number falls below this.
    limit: usize,
}

impl Count {
    pub(super) fn now(&self) -> usize {
        *self.lock()
    }

    pub(super) fn one_more(self: &Arc<Self>, limit: usize) -> Counted {
        *self.lock() += 1;
        Counted { count: Arc::clone(self), limit }
    }

    /// Wakes this loop from now on.
    pub(super) fn wake_with(&self, waker: &Waker) {
        *self.bell.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }

    /// Wakes the loop that serves now.
    pub(super) fn wake(&self) {
        if let Some(waker) = &*self.bell.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake();
        }
    }

    /// Waits until none runs, at most until `deadline`; returns how many still do.
    pub(super) fn wait_for_none(&self, deadline: Instant) -> usize {
        let mut running = self.lock();
        while *running > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            running = self.none_left.wait_timeout(running, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        *running
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut running = self.count.lock();
        *running -= 1;
        let left = *running;
        drop(running);
        // Each of these is a system call, also when nobody waits.
        if left == 0 {
            self.count.none_left.notify_all();
        }
        // Only a loop that waits for room has to be woken.
        if left + 1 == self.limit {
            self.count.wake();
        }
    }
}
