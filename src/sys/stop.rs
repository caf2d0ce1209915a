//! The switch that ends waits.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, send, socketpair};

/// A switch that is turned once and stays on: "please stop".
///
/// - Clones are the same switch.
/// - Its descriptor ([`AsFd`]) becomes readable when it is turned and stays so, because nobody
///   reads it: anything that waits with select, poll or epoll can wait for it too. This is the
///   self-pipe trick, and why no server here needs to wake up twice a second to look at a flag.
/// - Turning it is safe from any thread and, through [`Stop::flag`] and [`Stop::wake_end`], from a
///   signal handler.
///
/// ```
/// use netkit::sys::Stop;
///
/// let stop = Stop::new()?;
/// assert!(!stop.is_requested());
/// stop.clone().request();
/// assert!(stop.is_requested());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `socketserver.BaseServer.shutdown` sets a flag that `serve_forever` polls every 0.5 s.
#[derive(Debug, Clone)]
pub struct Stop {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    requested: Arc<AtomicBool>,
    wait_end: OwnedFd,
    wake_end: OwnedFd,
}

impl Stop {
    /// Makes a switch that is off.
    ///
    /// # Errors
    /// Those of socketpair(2): no descriptor left (`EMFILE`).
    pub fn new() -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (wait_end, wake_end) = socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        let requested = Arc::new(AtomicBool::new(false));
        Ok(Stop { shared: Arc::new(Shared { requested, wait_end, wake_end }) })
    }

    /// Turns the switch on. Turning it twice changes nothing.
    pub fn request(&self) {
        self.shared.requested.store(true, Ordering::Release);
        // Full means that it is readable already, which is all that is wanted.
        let _ = send(&self.shared.wake_end, &[1], SendFlags::NOSIGNAL | SendFlags::DONTWAIT);
    }

    /// Whether it is on.
    pub fn is_requested(&self) -> bool {
        self.shared.requested.load(Ordering::Acquire)
    }

    /// Waits until it is on, at most `limit`; says whether it is.
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while !self.is_requested() {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
            let mut watched = [PollFd::new(self, PollFlags::IN)];
            // A signal may end the poll early; the clock and the flag decide.
            if poll(&mut watched, Some(&timeout)).is_ok_and(|ready| ready == 0) || left.is_zero() {
                break;
            }
        }
        self.is_requested()
    }

    /// The flag itself, for a signal handler to set.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.shared.requested)
    }

    /// A second handle on the end that wakes waiters, for a signal handler to write one byte to.
    ///
    /// # Errors
    /// Those of dup(2): no descriptor left (`EMFILE`).
    pub fn wake_end(&self) -> io::Result<OwnedFd> {
        self.shared.wake_end.try_clone()
    }
}

impl AsFd for Stop {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.shared.wait_end.as_fd()
    }
}
