//! A value and an array that several processes see.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use super::lock::guard;
use super::memory::{HEADER, Memory, kinds, travels};
use super::robust::{self, Attempt, Robust};
use super::typecode::Stored;
use super::{Char, Integer, LockError, Number, ProcessGuard, Typecode};

/// Where the values begin: behind the header and the lock.
const DATA: usize = HEADER + robust::SIZE;

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

/// A fixed number of numbers that processes share. As [`SharedValue`] in everything else.
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

/// A shared number was asked for what it cannot do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharedError {
    /// The sum does not fit into the type; nothing was changed.
    Overflow {
        /// The sum as it was asked for.
        sum: String,
        /// The type.
        of: &'static str,
    },
    /// There is no element of this index.
    OutOfRange {
        /// The index.
        index: usize,
        /// How many elements there are.
        len: usize,
    },
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

travels!(SharedValue<T: Typecode>, [kinds::VALUE, T::CODE.into()]);
travels!(SharedArray<T: Typecode>, [kinds::ARRAY, T::CODE.into()]);

fn add<T: Number>(cell: &T::Cell, more: T) -> Result<T, SharedError> {
    T::update(cell, |value| value.sum(more)).map_err(|value| SharedError::Overflow {
        sum: format!("{value:?} + {more:?}"),
        of: std::any::type_name::<T>(),
    })
}

fn wrapping_add<T: Integer>(cell: &T::Cell, more: T) -> T {
    match T::update(cell, |value| Some(value.wrapping_sum(more))) {
        Ok(before) | Err(before) => before,
    }
}

impl<T> Clone for SharedValue<T> {
    fn clone(&self) -> Self {
        SharedValue { memory: Arc::clone(&self.memory), _type: PhantomData }
    }
}

impl<T> Clone for SharedArray<T> {
    fn clone(&self) -> Self {
        SharedArray { memory: Arc::clone(&self.memory), _type: PhantomData }
    }
}

impl<T: Typecode> fmt::Debug for SharedValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedValue").field(&self.get()).finish()
    }
}

impl<T: Typecode> fmt::Debug for SharedArray<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedArray").field(&self.to_vec()).finish()
    }
}

impl fmt::Display for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SharedError::Overflow { sum, of } => {
                write!(f, "{sum} does not fit into {of} (wrapping_add would wrap around)")
            }
            SharedError::OutOfRange { index, len } => write!(f, "index {index} of a shared array of {len}"),
        }
    }
}

impl std::error::Error for SharedError {}

impl From<SharedError> for io::Error {
    fn from(error: SharedError) -> Self {
        io::Error::new(io::ErrorKind::InvalidInput, error)
    }
}
