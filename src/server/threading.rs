//! A thread for each request.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::count::Count;
use super::{Dispatch, Started, Task};
use crate::selector::Waker;

/// Runs every task in a thread of its own, at most so many at once.
///
/// Python: `ThreadingMixIn`, which has no limit.
#[derive(Debug)]
pub struct Threading {
    limit: usize,
    running: Arc<Count>,
    begun: u64,
}

impl Default for Threading {
    /// At most 512 threads.
    fn default() -> Self {
        Threading::at_most(512)
    }
}

impl Threading {
    /// At most `limit` threads at once; 0 is taken for 1.
    pub fn at_most(limit: usize) -> Self {
        Threading { limit: limit.max(1), running: Arc::default(), begun: 0 }
    }
}

impl Dispatch for Threading {
    fn begin(&mut self, waker: &Waker) -> io::Result<()> {
        self.running.wake_with(waker);
        Ok(())
    }

    fn has_room(&self) -> bool {
        self.running.now() < self.limit
    }

    // ANCHOR: process
    fn process_request(&mut self, task: Task) -> io::Result<Started> {
        let counted = self.running.one_more(self.limit);
        self.begun += 1;
        // On failure the closure is dropped: the count goes down again, the connection closes.
        thread::Builder::new().name(format!("request {}", self.begun)).spawn(move || {
            let _counted = counted;
            task();
        })?;
        Ok(Started::Running)
    }
    // ANCHOR_END: process

    fn close(&mut self, deadline: Instant) -> usize {
        self.running.wait_for_none(deadline)
    }
}
