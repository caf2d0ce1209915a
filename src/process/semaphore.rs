//! A semaphore between processes.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::futex::{Patience, wake_all};
use super::memory::{HEADER, Memory, kinds, travels};

/// A number of permits that processes share: who wants one and finds none, waits.
///
/// - A process that is killed takes its permits with it: they are counted, not owned. Use
///   [`ProcessLock`](super::ProcessLock) where that must not be.
/// - A process that is killed while it waits disturbs nobody.
///
/// ```
/// use netkit::process::ProcessSemaphore;
///
/// let slots = ProcessSemaphore::bounded(1)?;
/// slots.acquire();
/// assert!(!slots.try_acquire());
/// slots.release()?;
/// assert!(slots.release().is_err()); // one more than there ever were
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `multiprocessing.Semaphore`, `BoundedSemaphore`.
#[derive(Clone)]
pub struct ProcessSemaphore {
    memory: Arc<Memory>,
}

impl ProcessSemaphore {
    /// A semaphore with so many permits, which may become more.
    ///
    /// # Errors
    /// No descriptor or no memory left.
    pub fn new(permits: u32) -> io::Result<Self> {
        ProcessSemaphore::with_limit(permits, u32::MAX)
    }

    /// A semaphore that never has more permits than at the beginning.
    ///
    /// # Errors
    /// No descriptor or no memory left.
    pub fn bounded(permits: u32) -> io::Result<Self> {
        ProcessSemaphore::with_limit(permits, permits)
    }

    fn with_limit(permits: u32, limit: u32) -> io::Result<Self> {
        let semaphore = ProcessSemaphore::over(Arc::new(Memory::create([kinds::SEMAPHORE, 0], 64)?));
        semaphore.permits().store(permits, Ordering::Release);
        semaphore.limit().store(limit, Ordering::Release);
        Ok(semaphore)
    }

    /// Takes a permit, and waits until there is one.
    pub fn acquire(&self) {
        self.acquire_with(Patience::endless());
    }

    /// Takes a permit if there is one; says whether it did.
    pub fn try_acquire(&self) -> bool {
        let take = |permits: u32| permits.checked_sub(1);
        self.permits().fetch_update(Ordering::AcqRel, Ordering::Acquire, take).is_ok()
    }

    /// Takes a permit, and waits at most `limit` for it; says whether it did.
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.acquire_with(Patience::until(limit))
    }

    /// Gives a permit back (or a new one); one of those who wait gets it.
    ///
    /// # Errors
    /// `InvalidInput` when there would be more than at the beginning of a bounded one (or than a
    /// `u32` counts): nothing is changed.
    pub fn release(&self) -> io::Result<()> {
        let limit = self.limit().load(Ordering::Acquire);
        let give = |permits: u32| (permits < limit).then_some(permits + 1);
        if self.permits().fetch_update(Ordering::SeqCst, Ordering::Acquire, give).is_err() {
            let why = format!("released more often than acquired: it has all its {limit} permits");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        // A waiter that was killed stays in this number, and costs a call that wakes nobody.
        if self.waiting().load(Ordering::SeqCst) > 0 {
            // All of them: the one that we chose might be killed before it takes the permit.
            wake_all(self.permits());
        }
        Ok(())
    }

    /// Permits that are free now.
    ///
    /// Python: `Semaphore.get_value`.
    pub fn value(&self) -> u32 {
        self.permits().load(Ordering::Acquire)
    }

    fn acquire_with(&self, patience: Patience) -> bool {
        if self.try_acquire() {
            return true;
        }
        self.waiting().fetch_add(1, Ordering::SeqCst);
        let acquired = loop {
            if self.try_acquire() {
                break true;
            }
            if !patience.wait(self.permits(), 0) {
                break false;
            }
        };
        self.waiting().fetch_sub(1, Ordering::SeqCst);
        acquired
    }

    fn permits(&self) -> &AtomicU32 {
        self.memory.cell(HEADER)
    }

    fn waiting(&self) -> &AtomicU32 {
        self.memory.cell(HEADER + 4)
    }

    fn limit(&self) -> &AtomicU32 {
        self.memory.cell(HEADER + 8)
    }

    fn over(memory: Arc<Memory>) -> Self {
        ProcessSemaphore { memory }
    }
}

travels!(ProcessSemaphore, [kinds::SEMAPHORE, 0]);

impl fmt::Debug for ProcessSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProcessSemaphore").field(&self.value()).finish()
    }
}
