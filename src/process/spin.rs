//! A short wait without sleeping, where that pays.

use std::hint::spin_loop;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

/// The longest wait. To sleep and be woken costs both sides about as much.
const MOST: Duration = Duration::from_micros(20);

/// After so many waits that were not worth it, another one is tried.
const RETRY: u32 = 100;

/// Waits a moment before somebody goes to sleep; and learns whether that is worth it.
///
/// When the other side answers at once, from another CPU, both save a sleep and a system call. When it
/// does not, the wait was for nothing: after such a one the next is shorter, and soon there is none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spin {
    limit: Duration,
    /// There is another CPU. On one, the other side cannot answer while we wait.
    pays: bool,
    skipped: u32,
}

impl Spin {
    pub(crate) fn new() -> Self {
        let pays = available_parallelism().is_ok_and(|cpus| cpus.get() > 1);
        Spin { limit: MOST, pays, skipped: 0 }
    }

    /// Waits until `ready`, but not long; says whether it is.
    pub(crate) fn until(&mut self, mut ready: impl FnMut() -> bool) -> bool {
        if !self.pays {
            return false;
        }
        if self.limit.is_zero() {
            self.skipped += 1;
            if !self.skipped.is_multiple_of(RETRY) {
                return false;
            }
            self.limit = MOST;
        }
        let begun = Instant::now();
        loop {
            if ready() {
                self.limit = MOST;
                return true;
            }
            if begun.elapsed() >= self.limit {
                self.limit =
                    if self.limit > Duration::from_micros(2) { self.limit / 2 } else { Duration::ZERO };
                return false;
            }
            (0..8).for_each(|_| spin_loop());
        }
    }
}
