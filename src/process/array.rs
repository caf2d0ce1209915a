//! Numbers that several processes see.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use super::lock::guard;
use super::memory::{HEADER, Memory, kinds, travels};
use super::robust::Robust;
use super::shared::{DATA, add, wrapping_add};
use super::typecode::Stored;
use super::{Char, Integer, LockError, Number, ProcessGuard, SharedError, Typecode};

/// A fixed number of numbers that processes share. As [`SharedValue`](super::SharedValue) in everything else.
///
/// ```
/// use netkit::process::SharedArray;
///
/// let array = SharedArray::from_slice(&[11, 22, 33, 44])?;
/// array.set(1, 101)?;
/// assert_eq!(array.to_vec(), [11, 101, 33, 44]);
/// assert!(array.get(4).is_none());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `multiprocessing.Array`.
pub struct SharedArray<T> {
    memory: Arc<Memory>,
    _type: PhantomData<T>,
}

impl<T: Typecode> SharedArray<T> {
    /// New shared memory with `len` elements, all zero.
    ///
    /// # Errors
    /// `InvalidInput` for more than the address space holds; no descriptor or no memory left.
    pub fn new(len: usize) -> io::Result<Self> {
        let bytes = len.saturating_mul(size_of::<T>()).saturating_add(DATA - HEADER);
        let memory = Memory::create([kinds::ARRAY, T::CODE.into()], bytes)?;
        Robust::at(&memory, HEADER).make()?;
        Ok(SharedArray::over(Arc::new(memory)))
    }

    /// New shared memory with a copy of these.
    ///
    /// # Errors
    /// As [`new`](SharedArray::new).
    pub fn from_slice(values: &[T]) -> io::Result<Self> {
        let array = SharedArray::new(values.len())?;
        for (cell, value) in array.cells().iter().zip(values) {
            T::store(cell, *value);
        }
        Ok(array)
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        (self.memory.len() - DATA) / size_of::<T>()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An element; `None` behind the end.
    pub fn get(&self, index: usize) -> Option<T> {
        self.cells().get(index).map(T::load)
    }

    /// Replaces an element.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn set(&self, index: usize, value: T) -> Result<(), SharedError> {
        T::store(self.cell(index)?, value);
        Ok(())
    }

    /// Adds to an element in one step, and returns what it was before.
    ///
    /// # Errors
    /// `OutOfRange`; `Overflow` when the sum does not fit: nothing is changed.
    pub fn fetch_add(&self, index: usize, more: T) -> Result<T, SharedError>
    where
        T: Number,
    {
        add(self.cell(index)?, more)
    }

    /// Adds to an element in one step, modulo its type, and returns what it was before.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn wrapping_add(&self, index: usize, more: T) -> Result<T, SharedError>
    where
        T: Integer,
    {
        Ok(wrapping_add(self.cell(index)?, more))
    }

    /// A copy of all elements. Others may change some while it is made: see [`lock`](SharedArray::lock).
    pub fn to_vec(&self) -> Vec<T> {
        self.cells().iter().map(T::load).collect()
    }

    /// Waits until the lock of this array is ours. It orders those who use it; `get` and `set` do not.
    ///
    /// # Errors
    /// As [`ProcessLock::lock`](super::ProcessLock::lock): `OwnerDied` when an owner died perhaps
    /// between two elements.
    ///
    /// Python: `array.get_lock()`.
    pub fn lock(&self) -> Result<ProcessGuard<'_>, LockError<'_>> {
        let mutex = Robust::at(&self.memory, HEADER);
        guard(mutex, mutex.lock(), LockError::TimedOut)
    }

    /// Runs `work` while nobody else can who uses the lock.
    ///
    /// # Errors
    /// `Other` when an owner died perhaps between two elements: nothing was run, and
    /// [`lock`](SharedArray::lock) lets you put it in order. `Deadlock` from inside another one.
    ///
    /// Python: `with array.get_lock():`.
    pub fn with_lock<R>(&self, work: impl FnOnce(&Self) -> R) -> io::Result<R> {
        let _guard = self.lock()?;
        Ok(work(self))
    }

    fn cells(&self) -> &[T::Cell] {
        self.memory.cells(DATA, self.len())
    }

    fn cell(&self, index: usize) -> Result<&T::Cell, SharedError> {
        let len = self.len();
        self.cells().get(index).ok_or(SharedError::OutOfRange { index, len })
    }

    fn over(memory: Arc<Memory>) -> Self {
        SharedArray { memory, _type: PhantomData }
    }
}

impl SharedArray<Char> {
    /// The bytes before the first zero.
    ///
    /// Python: `Array('c', …).value`.
    pub fn text(&self) -> Vec<u8> {
        self.cells().iter().map(|cell| Char::load(cell).0).take_while(|byte| *byte != 0).collect()
    }
}

travels!(SharedArray<T: Typecode>, [kinds::ARRAY, T::CODE.into()]);

impl<T> Clone for SharedArray<T> {
    fn clone(&self) -> Self {
        SharedArray { memory: Arc::clone(&self.memory), _type: PhantomData }
    }
}

impl<T: Typecode> fmt::Debug for SharedArray<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedArray").field(&self.to_vec()).finish()
    }
}
