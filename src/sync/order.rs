//! Mutexes that notice when threads take them in different orders.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use super::graph::{Graph, LockId, Site};
use super::inversion::LockOrderError;

/// What is known of the order in which threads take locks. Clones are the same one.
///
/// If one thread takes *a* and then *b*, and another takes *b* and then *a*, they may one day wait
/// for each other for ever: on most days one is done before the other begins. The order is wrong on
/// every day, so that is what is checked: the second one gets an error **before** it waits, with the
/// names of both threads, both locks, and four lines.
///
/// - Only the mutexes made by one `LockOrder` are compared with each other.
/// - Circles through three or more locks are found too.
/// - It costs a mutex more for each lock and unlock, and a search when several are held: for tests
///   and debugging, and where locks are rare.
///
/// ```
/// use netkit::sync::{LockOrder, LockOrderError};
///
/// let order = LockOrder::new();
/// let (account, log) = (order.mutex("account", 100), order.mutex("log", Vec::new()));
/// {
///     let balance = account.lock()?;
///     log.lock()?.push(format!("{balance} left"));
/// }
/// let entries = log.lock()?;
/// let refused = account.lock().map(|_| ()); // would hang, if another thread were in the block above
/// assert!(matches!(refused, Err(LockOrderError::Inversion { .. })));
/// # drop(entries);
/// # Ok::<(), LockOrderError>(())
/// ```
///
/// Python: nothing. The kernel's word for it: lockdep.
#[derive(Clone, Default)]
pub struct LockOrder {
    graph: Arc<Mutex<Graph>>,
}

/// A mutex with a name, whose place in the order is watched. Made by [`LockOrder::mutex`].
pub struct OrderedMutex<T> {
    name: Arc<str>,
    id: LockId,
    order: LockOrder,
    mutex: Mutex<T>,
}

/// The mutex, taken. Dropped, it is free again.
#[must_use = "a guard that is dropped at once protects nothing"]
pub struct OrderedGuard<'a, T> {
    // In this order they are dropped: no thread may get the mutex while it is still said to be ours.
    _held: Held<'a>,
    value: MutexGuard<'a, T>,
}

/// This thread is on the list of those who hold a lock, or are about to.
struct Held<'a> {
    order: &'a LockOrder,
    id: LockId,
}

impl LockOrder {
    /// An order of which nothing is known yet.
    pub fn new() -> Self {
        LockOrder::default()
    }

    /// A mutex whose place in this order is watched. The name is for messages.
    pub fn mutex<T>(&self, name: impl Into<String>, value: T) -> OrderedMutex<T> {
        let id = self.graph().new_lock();
        OrderedMutex { name: Arc::from(name.into()), id, order: self.clone(), mutex: Mutex::new(value) }
    }

    /// Never poisoned for long: nothing in it panics half way.
    fn graph(&self) -> MutexGuard<'_, Graph> {
        self.graph.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> OrderedMutex<T> {
    /// Takes the mutex; waits as long as it takes.
    ///
    /// # Errors
    /// - [`LockOrderError::Inversion`]: some thread has taken the locks that this one holds, and this
    ///   one, the other way round. The mutex is not taken.
    /// - [`LockOrderError::Again`]: this thread has it already, and would wait for itself.
    /// - [`LockOrderError::Poisoned`]: a thread panicked while it had it.
    #[track_caller]
    pub fn lock(&self) -> Result<OrderedGuard<'_, T>, LockOrderError> {
        let site = self.site(Location::caller());
        self.order.graph().ask(self.id, &site)?;
        let value = self.mutex.lock().map_err(|_| LockOrderError::Poisoned { lock: site.clone() })?;
        Ok(self.guard(site, value))
    }

    /// Takes the mutex if that needs no waiting; `None`: someone has it. Who does not wait takes part
    /// in no deadlock, so any order is right.
    ///
    /// # Errors
    /// [`LockOrderError::Poisoned`].
    #[track_caller]
    pub fn try_lock(&self) -> Result<Option<OrderedGuard<'_, T>>, LockOrderError> {
        let site = self.site(Location::caller());
        match self.mutex.try_lock() {
            Ok(value) => Ok(Some(self.guard(site, value))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Poisoned(_)) => Err(LockOrderError::Poisoned { lock: site }),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it protects is whole again after a panic: see [`Mutex::clear_poison`].
    pub fn clear_poison(&self) {
        self.mutex.clear_poison();
    }

    fn site(&self, at: &'static Location<'static>) -> Site {
        Site::new(Arc::clone(&self.name), at)
    }

    fn guard<'a>(&'a self, site: Site, value: MutexGuard<'a, T>) -> OrderedGuard<'a, T> {
        self.order.graph().took(self.id, site);
        OrderedGuard { _held: Held { order: &self.order, id: self.id }, value }
    }
}

impl<T> Drop for OrderedMutex<T> {
    fn drop(&mut self) {
        self.order.graph().forget(self.id);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.order.graph().gave(self.id);
    }
}

impl<T> Deref for OrderedGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for OrderedGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl fmt::Debug for LockOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockOrder").finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for OrderedMutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderedMutex").field("name", &self.name).field("mutex", &self.mutex).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for OrderedGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for OrderedGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
