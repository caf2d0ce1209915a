//! poll(2) on an array that is kept between calls.

use std::io;
use std::os::fd::RawFd;

use rustix::event::{PollFlags, Timespec};

/// One descriptor of the array, laid out as the kernel reads it.
///
/// rustix has a `PollFd` that borrows its descriptor; an array of those would have to be built anew
/// for every wait.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct PollEntry(libc::pollfd);

impl PollEntry {
    /// Watches the descriptor number `fd`, which the caller keeps open.
    pub fn new(fd: RawFd, events: PollFlags) -> Self {
        PollEntry(libc::pollfd { fd, events: events.bits() as i16, revents: 0 })
    }

    /// Changes what is watched for.
    pub fn watch_for(&mut self, events: PollFlags) {
        self.0.events = events.bits() as i16;
    }

    /// What the last wait found.
    pub fn found(&self) -> PollFlags {
        PollFlags::from_bits_retain(self.0.revents as u16)
    }
}

/// Waits for one of `entries`: ppoll(2). Returns how many have something to report.
///
/// # Errors
/// `Interrupted`, and those of ppoll(2).
pub fn poll_all(entries: &mut [PollEntry], timeout: Option<&Timespec>) -> io::Result<usize> {
    let timeout = timeout.map(|timeout| libc::timespec { tv_sec: timeout.tv_sec, tv_nsec: timeout.tv_nsec });
    let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: PollEntry is a transparent pollfd, so the pointer and the length describe an array
    // of pollfd that is borrowed mutably for the call; `timeout` is null or points at a timespec
    // that lives to the end of this function; a null signal mask changes no mask. A closed
    // descriptor is reported as POLLNVAL.
    let count = unsafe {
        libc::ppoll(entries.as_mut_ptr().cast(), entries.len() as libc::nfds_t, timeout, std::ptr::null())
    };
    match count {
        0.. => Ok(count as usize),
        _ => Err(io::Error::last_os_error()),
    }
}
