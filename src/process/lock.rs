//! A lock between processes.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::memory::{HEADER, Memory, kinds, travels};
use super::robust::{self, Attempt, Robust};

/// A lock that processes share, and that survives its owner.
///
/// - Clones are the same lock; so is what a child gets as an argument or inherits by fork.
/// - An owner that dies (kill -9, abort, exit) does not freeze the others: one of those who wait gets
///   the lock and is told ([`LockError::OwnerDied`]); so is every next one until somebody has put
///   things in order.
/// - A panic in the owner unlocks, as leaving the block does.
/// - Locking it again in the thread that holds it is an error, not a deadlock.
/// - The lock belongs to a thread: its guard cannot be sent to another one.
///
/// ```
/// use netkit::process::ProcessLock;
///
/// let lock = ProcessLock::new()?;
/// {
///     let _guard = lock.lock().map_err(std::io::Error::from)?;
///     assert!(lock.try_lock().is_err()); // held, by this thread
/// } // unlocked here
/// assert!(lock.try_lock().is_ok());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `multiprocessing.Lock`, which stays locked for ever when its owner is killed. Man page:
/// pthread_mutexattr_setrobust(3).
#[derive(Clone)]
pub struct ProcessLock {
    memory: Arc<Memory>,
}

/// The lock is held until this is dropped.
#[must_use = "it unlocks when it is dropped"]
pub struct ProcessGuard<'a> {
    mutex: Robust<'a>,
    /// The owner is a thread.
    _not_send: PhantomData<*const ()>,
}

/// The lock is held, but an owner died before it had unlocked: what the lock protects may be half
/// changed. Dropped, it unlocks, and the next owner is told the same.
#[must_use = "it unlocks when it is dropped"]
pub struct OwnerDied<'a> {
    guard: ProcessGuard<'a>,
}

/// Why a lock is not simply ours.
#[derive(Debug)]
pub enum LockError<'a> {
    /// It is ours, and an owner died: look after what it protects, then
    /// [`make_consistent`](OwnerDied::make_consistent).
    OwnerDied(OwnerDied<'a>),
    /// Another one holds it (`try_lock`).
    WouldBlock,
    /// Another one held it all the time (`lock_timeout`).
    TimedOut,
    /// This thread holds it already, and would wait for itself.
    Deadlock,
    /// The C library refused; that is a fault of the program.
    Os(io::Error),
}

impl ProcessLock {
    /// A new lock, which nobody holds.
    ///
    /// # Errors
    /// No descriptor or no memory left.
    pub fn new() -> io::Result<Self> {
        let memory = Memory::create([kinds::LOCK, 0], robust::SIZE)?;
        Robust::at(&memory, HEADER).make()?;
        Ok(ProcessLock::over(Arc::new(memory)))
    }

    /// Waits until the lock is ours.
    ///
    /// # Errors
    /// `OwnerDied` (it is ours nevertheless), `Deadlock`.
    ///
    /// Python: `Lock.acquire()`.
    pub fn lock(&self) -> Result<ProcessGuard<'_>, LockError<'_>> {
        let mutex = self.mutex();
        guard(mutex, mutex.lock(), LockError::TimedOut)
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    /// `WouldBlock`; `OwnerDied` (it is ours nevertheless).
    ///
    /// Python: `Lock.acquire(False)`.
    pub fn try_lock(&self) -> Result<ProcessGuard<'_>, LockError<'_>> {
        let mutex = self.mutex();
        guard(mutex, mutex.try_lock(), LockError::WouldBlock)
    }

    /// Waits until the lock is ours, at most `limit`.
    ///
    /// # Errors
    /// `TimedOut`; `OwnerDied` (it is ours nevertheless), `Deadlock`.
    ///
    /// Python: `Lock.acquire(timeout=limit)`.
    pub fn lock_timeout(&self, limit: Duration) -> Result<ProcessGuard<'_>, LockError<'_>> {
        let mutex = self.mutex();
        guard(mutex, mutex.lock_timeout(limit), LockError::TimedOut)
    }

    fn mutex(&self) -> Robust<'_> {
        Robust::at(&self.memory, HEADER)
    }

    fn over(memory: Arc<Memory>) -> Self {
        ProcessLock { memory }
    }
}

travels!(ProcessLock, [kinds::LOCK, 0]);

/// What came of an attempt; `busy` is the error for a lock that is not free.
#[inline]
pub(super) fn guard<'a>(
    mutex: Robust<'a>,
    attempt: io::Result<Attempt>,
    busy: LockError<'a>,
) -> Result<ProcessGuard<'a>, LockError<'a>> {
    match attempt {
        Ok(Attempt::Locked) => Ok(ProcessGuard { mutex, _not_send: PhantomData }),
        Ok(Attempt::Suspect) => {
            let guard = ProcessGuard { mutex, _not_send: PhantomData };
            Err(LockError::OwnerDied(OwnerDied { guard }))
        }
        Ok(Attempt::Busy) => Err(busy),
        Ok(Attempt::Own) => Err(LockError::Deadlock),
        Err(error) => Err(LockError::Os(error)),
    }
}

impl<'a> OwnerDied<'a> {
    /// What the lock protects is in order (again): from now on it is a lock like any other.
    ///
    /// Man page: pthread_mutex_consistent(3).
    pub fn make_consistent(self) -> ProcessGuard<'a> {
        self.guard.mutex.trust();
        self.guard
    }
}

impl Drop for ProcessGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        self.mutex.unlock();
    }
}

impl fmt::Debug for ProcessLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProcessLock")
    }
}

impl fmt::Debug for ProcessGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProcessGuard")
    }
}

impl fmt::Debug for OwnerDied<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnerDied")
    }
}

impl fmt::Display for LockError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LockError::OwnerDied(_) => f.write_str(
                "the owner of the lock died before it unlocked: what it protects may be half changed",
            ),
            LockError::WouldBlock => f.write_str("another one holds the lock"),
            LockError::TimedOut => f.write_str("another one held the lock all the time"),
            LockError::Deadlock => f.write_str("this thread holds the lock already"),
            LockError::Os(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LockError<'_> {}

/// For those who only want to know that it did not work: an `OwnerDied` unlocks.
impl From<LockError<'_>> for io::Error {
    fn from(error: LockError<'_>) -> Self {
        let kind = match error {
            LockError::Os(error) => return error,
            LockError::OwnerDied(_) => io::ErrorKind::Other,
            LockError::WouldBlock => io::ErrorKind::WouldBlock,
            LockError::TimedOut => io::ErrorKind::TimedOut,
            LockError::Deadlock => io::ErrorKind::Deadlock,
        };
        io::Error::new(kind, error.to_string())
    }
}
