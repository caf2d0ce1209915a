//! How a request's work is run.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Instant;

use crate::selector::Waker;

/// The work for one request: `finish_request` and all that follows.
pub type Task = Box<dyn FnOnce() + Send>;

/// What became of a task that was handed over.
#[derive(Debug)]
pub enum Started {
    /// It has run, or runs by itself and rings the waker when there is room again.
    Running,
    /// It runs in another process; call [`Dispatch::reap`] when this descriptor is readable.
    Process(Arc<OwnedFd>),
}

/// Decides where tasks run, and how many at once.
///
/// Python: `process_request` of `BaseServer`, `ThreadingMixIn` and `ForkingMixIn`.
pub trait Dispatch {
    /// Is told once, before serving, how to wake the loop.
    ///
    /// # Errors
    /// What the dispatch needs cannot be had.
    fn begin(&mut self, _waker: &Waker) -> io::Result<()> {
        Ok(())
    }

    /// Whether another task may be started now. While not, clients wait in the queue.
    fn has_room(&self) -> bool {
        true
    }

    /// Runs a task.
    ///
    /// # Errors
    /// When it cannot be started; the task is dropped, and its client's connection with it.
    fn process_request(&mut self, task: Task) -> io::Result<Started>;

    /// Collects the process whose descriptor is readable: it has ended.
    fn reap(&mut self, _end: BorrowedFd<'_>) {}

    /// Waits until `deadline` for what still runs, and returns how many tasks did not end.
    fn close(&mut self, deadline: Instant) -> usize;
}

/// Runs every task here and now: one client at a time, the others wait.
///
/// Python: `TCPServer` without a mix-in.
#[derive(Debug, Default)]
pub struct Inline;

impl Dispatch for Inline {
    // ANCHOR: inline
    fn process_request(&mut self, task: Task) -> io::Result<Started> {
        task();
        Ok(Started::Running)
    }
    // ANCHOR_END: inline

    fn close(&mut self, _deadline: Instant) -> usize {
        0
    }
}
