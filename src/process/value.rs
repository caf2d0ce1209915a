//! A number that several processes see.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use super::lock::guard;
use super::memory::{HEADER, Memory, kinds, travels};
use super::robust::{Attempt, Robust};
use super::shared::{DATA, add, wrapping_add};
use super::{Integer, LockError, Number, SharedError, Typecode};

/// One number that processes share.
///
/// - Clones are the same number; so is what a child gets as an argument or inherits by fork.
/// - `get` and `set` are whole, but "get, add, set" are three steps and others come in between: use
///   [`fetch_add`](SharedValue::fetch_add) or [`with_lock`](SharedValue::with_lock).
/// - Nothing wraps around unless you ask for it.
///
/// ```
/// use netkit::process::{self, Process, SharedValue};
/// use netkit::tasks;
///
/// fn add(sum: SharedValue<i32>) {
///     for _ in 0..100 {
///         sum.fetch_add(1).unwrap();
///     }
/// }
///
/// fn main() -> std::io::Result<()> {
///     process::init(tasks![add]);
///     let sum = SharedValue::new(11)?;
///     let children = [Process::spawn(add, sum.clone())?, Process::spawn(add, sum.clone())?];
///     for child in &children {
///         child.join()?;
///     }
///     assert_eq!(sum.get(), 211);
///     Ok(())
/// }
/// ```
///
/// Python: `multiprocessing.Value`, whose integers wrap around silently.
pub struct SharedValue<T> {
    memory: Arc<Memory>,
    _type: PhantomData<T>,
}

impl<T: Typecode> SharedValue<T> {
    /// New shared memory that holds `value`.
    ///
    /// # Errors
    /// No descriptor or no memory left.
    pub fn new(value: T) -> io::Result<Self> {
        let memory = Memory::create([kinds::VALUE, T::CODE.into()], DATA - HEADER + size_of::<T>())?;
        Robust::at(&memory, HEADER).make()?;
        let shared = SharedValue::over(Arc::new(memory));
        shared.set(value);
        Ok(shared)
    }

    /// The value now.
    pub fn get(&self) -> T {
        T::load(self.cell())
    }

    /// Replaces the value.
    pub fn set(&self, value: T) {
        T::store(self.cell(), value);
    }

    /// Adds to the value in one step, and returns what it was before.
    ///
    /// # Errors
    /// `Overflow` when the sum does not fit: nothing is changed. (A sum of floats always fits.)
    ///
    /// Python: none; `value.value += 1` is three steps.
    pub fn fetch_add(&self, more: T) -> Result<T, SharedError>
    where
        T: Number,
    {
        add(self.cell(), more)
    }

    /// Adds to the value in one step, modulo its type, and returns what it was before.
    ///
    /// Python: what `ctypes` does to every integer, asked for or not.
    pub fn wrapping_add(&self, more: T) -> T
    where
        T: Integer,
    {
        wrapping_add(self.cell(), more)
    }

    /// Changes the value while nobody else who uses `with_lock` can.
    ///
    /// - What `change` leaves is stored at its end, at once. An owner that dies before has changed
    ///   nothing, so the next one just goes on.
    /// - `get`, `set` and `fetch_add` do not wait for the lock.
    ///
    /// # Errors
    /// `Deadlock` from inside another `with_lock` of the same value.
    ///
    /// Python: `with value.get_lock(): value.value += 1`.
    pub fn with_lock<R>(&self, change: impl FnOnce(&mut T) -> R) -> io::Result<R> {
        let mutex = Robust::at(&self.memory, HEADER);
        let mut attempt = mutex.lock();
        if matches!(attempt, Ok(Attempt::Suspect)) {
            mutex.trust();
            attempt = Ok(Attempt::Locked);
        }
        let _guard = guard(mutex, attempt, LockError::TimedOut)?;
        let mut value = self.get();
        let result = change(&mut value);
        self.set(value);
        Ok(result)
    }

    fn cell(&self) -> &T::Cell {
        self.memory.cell(DATA)
    }

    fn over(memory: Arc<Memory>) -> Self {
        SharedValue { memory, _type: PhantomData }
    }
}

travels!(SharedValue<T: Typecode>, [kinds::VALUE, T::CODE.into()]);

impl<T> Clone for SharedValue<T> {
    fn clone(&self) -> Self {
        SharedValue { memory: Arc::clone(&self.memory), _type: PhantomData }
    }
}

impl<T: Typecode> fmt::Debug for SharedValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedValue").field(&self.get()).finish()
    }
}
