//! How long a call may wait: for ever, until a deadline, until told to stop, or not at all.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::sys::Stop;

/// What a reply that is under way gets after a stop: long enough to leave, short enough to end
/// the program within a second.
pub(super) const GRACE: Duration = Duration::from_millis(400);

/// The waiting rules of one socket.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    /// `None`: no limit. Zero: never wait.
    pub(super) timeout: Option<Duration>,
    pub(super) stop: Option<Stop>,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Woken {
    Ready,
    Stopped,
}

/// What a stop means for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtStop {
    /// It ends at once.
    End,
    /// It may finish what it has begun, within [`GRACE`].
    Finish,
}

impl Pace {
    /// Whether the kernel's descriptor must be non-blocking for these rules to hold.
    pub(super) fn is_non_blocking(&self) -> bool {
        self.timeout.is_some() || self.stop.is_some()
    }

    /// The deadline of a call that begins now.
    pub(super) fn deadline(&self) -> Option<Instant> {
        // Who never waits needs no deadline, and so no look at the clock.
        let timeout = self.timeout.filter(|timeout| !timeout.is_zero())?;
        // A timeout too far away to be added is no limit.
        Instant::now().checked_add(timeout)
    }

    /// Repeats `call` until it does something, waiting for `events` on `fd` in between.
    ///
    /// `None`: it was stopped. EINTR is retried with the time that is left (PEP 475 does the
    /// same).
    pub(super) fn run<T>(
        &self,
        fd: impl AsFd,
        events: PollFlags,
        mut deadline: Option<Instant>,
        at_stop: AtStop,
        mut call: impl FnMut() -> Result<T, Errno>,
    ) -> io::Result<Option<T>> {
        let mut stop = self.stop.as_ref();
        loop {
            if at_stop == AtStop::End && stop.is_some_and(Stop::is_requested) {
                return Ok(None);
            }
            match call() {
                Ok(done) => return Ok(Some(done)),
                Err(Errno::INTR) => continue,
                Err(Errno::AGAIN) if self.may_wait() => {}
                Err(error) => return Err(error.into()),
            }
            if wait(fd.as_fd(), events, deadline, stop)? == Woken::Stopped {
                // The switch itself may be another process's: a forked child sees only its descriptor.
                if at_stop == AtStop::End {
                    return Ok(None);
                }
                let grace = Instant::now() + GRACE;
                deadline = Some(deadline.map_or(grace, |deadline| deadline.min(grace)));
                // Seen: from here on only the deadline ends the wait.
                stop = None;
            }
        }
    }

    /// Whether EAGAIN means "wait" (and not "tell the caller").
    pub(super) fn may_wait(&self) -> bool {
        self.is_non_blocking() && self.timeout != Some(Duration::ZERO)
    }
}

fn wait(
    fd: BorrowedFd<'_>,
    events: PollFlags,
    deadline: Option<Instant>,
    stop: Option<&Stop>,
) -> io::Result<Woken> {
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let timeout = left
            .map(|left| Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) });
        let mut watched = Vec::with_capacity(2);
        watched.push(PollFd::from_borrowed_fd(fd, events));
        if let Some(stop) = stop {
            watched.push(PollFd::from_borrowed_fd(stop.as_fd(), PollFlags::IN));
        }
        match poll(&mut watched, timeout.as_ref()) {
            Err(Errno::INTR) | Ok(0) => continue,
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        let stopped = watched.get(1).is_some_and(|stop| !stop.revents().is_empty());
        return Ok(if stopped { Woken::Stopped } else { Woken::Ready });
    }
}
