//! Ending a wait from another thread.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{EventfdFlags, eventfd};

/// Ends the current wait of a selector, or the next one. Clones wake the same selector.
///
/// Linux only: an eventfd(2), where portable programs use a pipe to themselves.
#[derive(Debug, Clone)]
pub struct Waker {
    bell: Arc<OwnedFd>,
}

impl Waker {
    pub(super) fn new() -> io::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Waker { bell: Arc::new(bell) })
    }

    /// Wakes the selector. Several wakes before it looks are one.
    pub fn wake(&self) {
        // It fails only when the counter is full, which wakes just as well.
        let _ = rustix::io::write(&self.bell, &1u64.to_ne_bytes());
    }

    pub(super) fn reset(&self) {
        // EAGAIN says that it was 0 already.
        let _ = rustix::io::read(&self.bell, &mut [0; 8]);
    }
}

impl AsFd for Waker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}
