//! What a shared value and a shared array have in common.

use std::fmt;
use std::io;

use super::memory::HEADER;
use super::robust;
use super::{Integer, Number};

/// Where the values begin: behind the header and the lock.
pub(super) const DATA: usize = HEADER + robust::SIZE;

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

pub(super) fn add<T: Number>(cell: &T::Cell, more: T) -> Result<T, SharedError> {
    T::update(cell, |value| value.sum(more)).map_err(|value| SharedError::Overflow {
        sum: format!("{value:?} + {more:?}"),
        of: std::any::type_name::<T>(),
    })
}

pub(super) fn wrapping_add<T: Integer>(cell: &T::Cell, more: T) -> T {
    match T::update(cell, |value| Some(value.wrapping_sum(more))) {
        Ok(before) | Err(before) => before,
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
