//! A lock, and a wait for what it protects to change.

use std::cell::{Ref, RefCell, RefMut};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::died::OwnerDied;
use super::prim::{Deadline, Futex, Ordering};
use super::reentrant::{ReentrantGuard, ReentrantLock};

const WAITING: u32 = 0;
const NOTIFIED: u32 = 1;

/// A lock, what it protects, and a wait for that to change.
///
/// - Waiting gives the lock back as often as this thread has taken it, and takes it as often again
///   before it returns.
/// - Notified threads come in the order in which they began to wait. A wait returns because it was
///   notified or its time is over, and for no other reason; but others may have had the lock in
///   between, so look again at what you waited for: [`ConditionGuard::wait_for`] does.
/// - A notify that nobody waits for is lost.
///
/// ```
/// use std::collections::VecDeque;
/// use netkit::sync::{Condition, OwnerDied};
///
/// let queue = Condition::new(VecDeque::new());
/// std::thread::scope(|scope| {
///     let consumer = scope.spawn(|| {
///         let mut held = queue.lock().map_err(OwnerDied::release)?;
///         held.wait_for(|queue: &mut VecDeque<i32>| queue.pop_front())
///     });
///     if let Ok(mut held) = queue.lock() {
///         held.borrow_mut().push_back(7);
///         held.notify(1);
///     }
///     assert_eq!(consumer.join().ok().and_then(Result::ok), Some(7));
/// });
/// ```
///
/// Who has not got the lock has nothing to call `wait` or `notify` on:
///
/// ```compile_fail,E0599
/// let ready = netkit::sync::Condition::new(false);
/// ready.notify_all(); // no method named `notify_all` found for struct `Condition`
/// ```
///
/// Python: `threading.Condition`, where that is a `RuntimeError`.
pub struct Condition<T> {
    lock: ReentrantLock<State<T>>,
}

struct State<T> {
    value: RefCell<T>,
    waiting: RefCell<VecDeque<Arc<Futex>>>,
}

/// The lock of a [`Condition`], taken. Dropped, it gives one level back.
#[must_use = "a guard that is dropped at once protects nothing"]
pub struct ConditionGuard<'a, T> {
    condition: &'a Condition<T>,
    held: ReentrantGuard<'a, State<T>>,
}

impl<T> Condition<T> {
    /// A condition whose lock is free.
    pub fn new(value: T) -> Self {
        let state = State { value: RefCell::new(value), waiting: RefCell::default() };
        Condition { lock: ReentrantLock::new(state) }
    }

    /// Takes the lock; waits as long as it takes.
    ///
    /// # Errors
    /// [`OwnerDied`] with the guard in it: the owner's thread has ended.
    ///
    /// Python: `acquire()`, or `with condition:`.
    pub fn lock(&self) -> Result<ConditionGuard<'_, T>, OwnerDied<ConditionGuard<'_, T>>> {
        self.lock.lock().map(|held| self.guard(held)).map_err(|died| self.died(died))
    }

    /// Takes the lock if that needs no waiting; `None`: another thread has it.
    ///
    /// # Errors
    /// Those of [`Condition::lock`].
    pub fn try_lock(&self) -> Result<Option<ConditionGuard<'_, T>>, OwnerDied<ConditionGuard<'_, T>>> {
        let held = self.lock.try_lock().map_err(|died| self.died(died))?;
        Ok(held.map(|held| self.guard(held)))
    }

    /// Takes the lock; `None`: another thread had it for all of `limit`.
    ///
    /// # Errors
    /// Those of [`Condition::lock`].
    pub fn lock_timeout(
        &self,
        limit: Duration,
    ) -> Result<Option<ConditionGuard<'_, T>>, OwnerDied<ConditionGuard<'_, T>>> {
        let held = self.lock.lock_timeout(limit).map_err(|died| self.died(died))?;
        Ok(held.map(|held| self.guard(held)))
    }

    /// What it protected.
    pub fn into_inner(self) -> T {
        self.lock.into_inner().value.into_inner()
    }

    fn guard<'a>(&'a self, held: ReentrantGuard<'a, State<T>>) -> ConditionGuard<'a, T> {
        ConditionGuard { condition: self, held }
    }

    fn died<'a>(&'a self, died: OwnerDied<ReentrantGuard<'a, State<T>>>) -> OwnerDied<ConditionGuard<'a, T>> {
        died.with(|held| self.guard(held), ConditionGuard::make_consistent)
    }
}

impl<T> ConditionGuard<'_, T> {
    /// What the lock protects, to read it.
    ///
    /// # Panics
    /// It is borrowed to be changed, through another guard of this thread.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.held.value.borrow()
    }

    /// What the lock protects, to change it.
    ///
    /// # Panics
    /// It is borrowed already, through another guard of this thread.
    pub fn borrow_mut(&self) -> RefMut<'_, T> {
        self.held.value.borrow_mut()
    }

    /// Lets go of the lock, waits to be notified, takes the lock again.
    ///
    /// # Errors
    /// [`OwnerDied`]: meanwhile a thread ended that had the lock. This one has it now all the same.
    ///
    /// # Panics
    /// The value is borrowed through another guard of this thread, which would still see it while
    /// others change it.
    ///
    /// Python: `wait()`.
    pub fn wait(&mut self) -> Result<(), OwnerDied> {
        self.wait_until(Deadline::NEVER).map(|_| ())
    }

    /// As [`ConditionGuard::wait`]; `false`: nobody has notified it in all of `limit`.
    ///
    /// # Errors
    /// Those of [`ConditionGuard::wait`].
    ///
    /// # Panics
    /// As [`ConditionGuard::wait`].
    ///
    /// Python: `wait(timeout)`.
    pub fn wait_timeout(&mut self, limit: Duration) -> Result<bool, OwnerDied> {
        self.wait_until(Deadline::after(limit))
    }

    /// Waits until `predicate` gives a value; it looks first, and each time it is notified.
    ///
    /// # Errors
    /// Those of [`ConditionGuard::wait`].
    ///
    /// # Panics
    /// As [`ConditionGuard::wait`].
    ///
    /// Python: `wait_for(predicate)`, which returns the predicate's value too.
    pub fn wait_for<V>(&mut self, mut predicate: impl FnMut(&mut T) -> Option<V>) -> Result<V, OwnerDied> {
        loop {
            if let Some(value) = predicate(&mut self.borrow_mut()) {
                return Ok(value);
            }
            self.wait()?;
        }
    }

    /// As [`ConditionGuard::wait_for`]; `None`: the predicate gave no value in all of `limit`.
    ///
    /// # Errors
    /// Those of [`ConditionGuard::wait`].
    ///
    /// # Panics
    /// As [`ConditionGuard::wait`].
    ///
    /// Python: `wait_for(predicate, timeout)`.
    pub fn wait_for_timeout<V>(
        &mut self,
        limit: Duration,
        mut predicate: impl FnMut(&mut T) -> Option<V>,
    ) -> Result<Option<V>, OwnerDied> {
        let deadline = Deadline::after(limit);
        let mut in_time = true;
        loop {
            let value = predicate(&mut self.borrow_mut());
            if value.is_some() || !in_time {
                return Ok(value);
            }
            in_time = self.wait_until(deadline)?;
        }
    }

    /// Lets at most `count` waiting threads go on, those that have waited longest. They need the lock,
    /// so they go on when this thread has let go of it.
    ///
    /// Python: `notify(n)`.
    pub fn notify(&self, count: usize) {
        let mut waiting = self.held.waiting.borrow_mut();
        let count = count.min(waiting.len());
        for waiter in waiting.drain(..count) {
            waiter.store(NOTIFIED, Ordering::Release);
            waiter.wake(1);
        }
    }

    /// Lets all waiting threads go on, one after the other.
    ///
    /// Python: `notify_all()`.
    pub fn notify_all(&self) {
        self.notify(usize::MAX);
    }

    fn wait_until(&mut self, deadline: Deadline) -> Result<bool, OwnerDied> {
        assert!(
            self.held.value.try_borrow_mut().is_ok(),
            "a thread waits while another of its guards has borrowed the value"
        );
        let waiter = Arc::new(Futex::new(WAITING));
        self.held.waiting.borrow_mut().push_back(Arc::clone(&waiter));
        let raw = &self.condition.lock.raw;
        let levels = raw.unlock_levels();
        while waiter.load(Ordering::Acquire) == WAITING && waiter.wait(WAITING, deadline) {}
        raw.lock_levels(levels);
        // Notified between the deadline and the lock counts: whoever did it cannot choose another.
        let notified = waiter.load(Ordering::Acquire) == NOTIFIED;
        if !notified {
            self.held.waiting.borrow_mut().retain(|other| !Arc::ptr_eq(other, &waiter));
        }
        match raw.died() {
            0 => Ok(notified),
            died => Err(OwnerDied::of((), died, |()| ())),
        }
    }

    fn make_consistent(&self) {
        self.condition.lock.raw.make_consistent();
    }
}

impl<T> fmt::Debug for Condition<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").field("lock", &self.lock).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for ConditionGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.held.value.fmt(f)
    }
}
