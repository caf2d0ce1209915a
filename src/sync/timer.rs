//! Something to do later, in a thread of its own.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

use super::event::Event;
use super::prim::{AtomicU32, Ordering};

const WAITING: u32 = 0;
const FIRED: u32 = 1;
const CANCELLED: u32 = 2;

/// A thread that waits, and then calls a function once.
///
/// - [`Timer::cancel`] before that prevents it, and the thread ends at once.
/// - [`Timer::join`] gives what the function gave, or its panic.
/// - A timer that is dropped goes on. When `main` returns the process ends, whoever still waits:
///   join what has to happen.
///
/// ```
/// use std::time::Duration;
/// use netkit::sync::Timer;
///
/// let soon = Timer::after(Duration::from_millis(5), || 6 * 7)?;
/// assert!(matches!(soon.join(), Ok(Some(42))));
///
/// let never = Timer::after(Duration::from_secs(3600), || 6 * 7)?;
/// assert!(never.cancel());
/// assert!(matches!(never.join(), Ok(None)));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `threading.Timer`.
pub struct Timer<T> {
    thread: JoinHandle<Option<T>>,
    shared: Arc<Shared>,
}

struct Shared {
    state: AtomicU32,
    cancelled: Event,
}

impl<T: Send + 'static> Timer<T> {
    /// Calls `work` after `limit`, in a thread called `timer`.
    ///
    /// # Errors
    /// The thread cannot be started: `WouldBlock`, `OutOfMemory`.
    ///
    /// Python: `Timer(interval, function).start()`.
    pub fn after(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> io::Result<Self> {
        Timer::named("timer", limit, work)
    }

    /// The same, in a thread of this name.
    ///
    /// # Errors
    /// Those of [`Timer::after`].
    ///
    /// # Panics
    /// The name has a NUL byte in it.
    pub fn named(
        name: impl Into<String>,
        limit: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared { state: AtomicU32::new(WAITING), cancelled: Event::new() });
        let seen = Arc::clone(&shared);
        let thread = thread::Builder::new().name(name.into()).spawn(move || {
            seen.cancelled.wait_timeout(limit);
            seen.decide(FIRED).then(work)
        })?;
        Ok(Timer { thread, shared })
    }
}

impl<T> Timer<T> {
    /// Prevents the call, if it has not begun; whether it does. Twice is as good as once.
    pub fn cancel(&self) -> bool {
        let is_cancelled =
            self.shared.decide(CANCELLED) || self.shared.state.load(Ordering::Relaxed) == CANCELLED;
        self.shared.cancelled.set();
        is_cancelled
    }

    /// Waits for the end of the thread: what `work` gave, or `None` if it was cancelled.
    ///
    /// # Errors
    /// What `work` panicked with.
    pub fn join(self) -> thread::Result<Option<T>> {
        self.thread.join()
    }

    /// Whether the thread has ended: [`Timer::join`] would not wait.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// The thread, for its name.
    pub fn thread(&self) -> &Thread {
        self.thread.thread()
    }
}

impl Shared {
    /// The first of the two decides: either it fires or it is cancelled.
    fn decide(&self, state: u32) -> bool {
        self.state.compare_exchange(WAITING, state, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

impl<T> fmt::Debug for Timer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.shared.state.load(Ordering::Relaxed) {
            WAITING => "waiting",
            FIRED => "fired",
            _ => "cancelled",
        };
        f.debug_struct("Timer").field("state", &state).finish_non_exhaustive()
    }
}
