//! A lock that its owner may take again.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use super::died::OwnerDied;
use super::prim::{self, Deadline};
use super::raw::RawReentrant;

/// A lock that its owner may take again, and must give back as often.
///
/// - It is given back when the guard is dropped, also by a panic.
/// - A guard gives `&T` only, because the same thread can have several: put a `Cell` or a `RefCell`
///   inside.
/// - Nobody is first in line: a thread that happens to run may take the lock before one that waits.
/// - A thread that ended with the lock is reported ([`OwnerDied`]) to all who wait and to all who
///   come later. A thread that lives on and never lets go is a deadlock, as with any lock.
/// - A guard stays in its thread; only the owner can release.
///
/// ```
/// use std::cell::Cell;
/// use netkit::sync::ReentrantLock;
///
/// let hits = ReentrantLock::new(Cell::new(0));
/// let outer = hits.lock()?;
/// let inner = hits.lock()?; // a Mutex would wait for ever here
/// inner.set(inner.get() + 1);
/// assert_eq!(outer.get(), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// A guard cannot go to another thread:
///
/// ```compile_fail,E0277
/// use netkit::sync::ReentrantLock;
///
/// let lock = ReentrantLock::new(());
/// let guard = lock.lock().unwrap();
/// std::thread::scope(|scope| {
///     scope.spawn(move || drop(guard)); // `*const ()` cannot be sent between threads safely
/// });
/// ```
///
/// Python: `threading.RLock`, which raises `RuntimeError` when another thread releases it.
pub struct ReentrantLock<T: ?Sized> {
    pub(super) raw: RawReentrant,
    value: T,
}

// SAFETY: `&ReentrantLock` gives `&T` through a guard only, and guards of one moment are all of one
// thread, which cannot send them on. So `T` goes from thread to thread (Send) and is never used by
// two at a time (no Sync); acquire and release on the word put one's uses before the next one's.
unsafe impl<T: ?Sized + Send> Sync for ReentrantLock<T> {}

/// The lock, taken. Dropped, it gives one level back.
#[must_use = "a guard that is dropped at once protects nothing"]
pub struct ReentrantGuard<'a, T: ?Sized> {
    lock: &'a ReentrantLock<T>,
    /// Not `Send`: the thread that took the lock has to release it.
    stays: PhantomData<*const ()>,
}

// SAFETY: `&ReentrantGuard` gives `&T` and nothing else; with `T: Sync` any thread may have that.
unsafe impl<T: ?Sized + Sync> Sync for ReentrantGuard<'_, T> {}

impl<T> ReentrantLock<T> {
    /// A lock that is free.
    pub fn new(value: T) -> Self {
        ReentrantLock { raw: RawReentrant::new(), value }
    }

    /// What it protected. Nobody can have it: this needs the lock itself.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: ?Sized> ReentrantLock<T> {
    /// Takes the lock; waits as long as it takes.
    ///
    /// # Errors
    /// [`OwnerDied`] with the guard in it: the owner's thread has ended, and nobody has repaired what
    /// it left.
    ///
    /// # Panics
    /// This thread has taken it 2³² times.
    ///
    /// Python: `acquire()`.
    #[inline]
    pub fn lock(&self) -> Result<ReentrantGuard<'_, T>, OwnerDied<ReentrantGuard<'_, T>>> {
        self.raw.lock(Deadline::NEVER);
        self.guard()
    }

    /// Takes the lock if that needs no waiting; `None`: another thread has it.
    ///
    /// # Errors
    /// Those of [`ReentrantLock::lock`].
    ///
    /// Python: `acquire(blocking=False)`.
    #[inline]
    pub fn try_lock(&self) -> Result<Option<ReentrantGuard<'_, T>>, OwnerDied<ReentrantGuard<'_, T>>> {
        if self.raw.try_lock() { self.guard().map(Some) } else { Ok(None) }
    }

    /// Takes the lock; `None`: another thread had it for all of `limit`.
    ///
    /// # Errors
    /// Those of [`ReentrantLock::lock`].
    ///
    /// Python: `acquire(timeout=…)`.
    pub fn lock_timeout(
        &self,
        limit: Duration,
    ) -> Result<Option<ReentrantGuard<'_, T>>, OwnerDied<ReentrantGuard<'_, T>>> {
        if self.raw.lock(Deadline::after(limit)) { self.guard().map(Some) } else { Ok(None) }
    }

    /// The lock has just been taken.
    #[inline]
    fn guard(&self) -> Result<ReentrantGuard<'_, T>, OwnerDied<ReentrantGuard<'_, T>>> {
        let guard = ReentrantGuard { lock: self, stays: PhantomData };
        match self.raw.died() {
            0 => Ok(guard),
            died => Err(OwnerDied::of(guard, died, |guard| guard.lock.raw.make_consistent())),
        }
    }
}

impl<T: ?Sized> Deref for ReentrantGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.lock.value
    }
}

impl<T: ?Sized> Drop for ReentrantGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.raw.unlock();
    }
}

impl<T: Default> Default for ReentrantLock<T> {
    fn default() -> Self {
        ReentrantLock::new(T::default())
    }
}

impl<T: ?Sized> fmt::Debug for ReentrantLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = match self.raw.owner() {
            0 => None,
            owner => Some(prim::owners().name_of(owner).to_string()),
        };
        f.debug_struct("ReentrantLock").field("owner", &owner).finish_non_exhaustive()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for ReentrantGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for ReentrantGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
