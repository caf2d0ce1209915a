//! What can go wrong between a handle and its server.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

/// Why the server did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManagerError {
    /// There is no such key. Python: `KeyError`.
    KeyNotFound,
    /// There is no element of this index. Python: `IndexError`.
    OutOfRange {
        /// How many elements there are.
        len: usize,
    },
    /// The function of an update panicked: where and with what words. The value is as it was.
    Panicked(String),
    /// A key, a value or an argument cannot be serialised, or is too long.
    Unserializable(String),
    /// The function of an update is not listed in [`tasks!`](crate::tasks).
    Unlisted(String),
    /// The server has ended, and all that it held with it. Python: `ConnectionRefusedError`,
    /// `FileNotFoundError`, `EOFError`.
    ManagerGone(String),
}

impl ManagerError {
    /// Whether the server has ended.
    pub fn is_gone(&self) -> bool {
        matches!(self, ManagerError::ManagerGone(_))
    }

    pub(super) fn gone(error: &io::Error) -> Self {
        ManagerError::ManagerGone(error.to_string())
    }
}

impl fmt::Display for ManagerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ManagerError::KeyNotFound => f.write_str("the dictionary has no such key"),
            ManagerError::OutOfRange { len } => write!(f, "the list has only {len} elements"),
            ManagerError::Panicked(words) => write!(f, "the update {words}"),
            ManagerError::Unserializable(why) | ManagerError::Unlisted(why) => f.write_str(why),
            ManagerError::ManagerGone(why) => write!(f, "the manager is gone: {why}"),
        }
    }
}

impl std::error::Error for ManagerError {}

impl From<ManagerError> for io::Error {
    fn from(error: ManagerError) -> Self {
        let kind = match error {
            ManagerError::KeyNotFound | ManagerError::Unlisted(_) => io::ErrorKind::NotFound,
            ManagerError::OutOfRange { .. } | ManagerError::Unserializable(_) => io::ErrorKind::InvalidInput,
            ManagerError::Panicked(_) => io::ErrorKind::Other,
            ManagerError::ManagerGone(_) => io::ErrorKind::BrokenPipe,
        };
        io::Error::new(kind, error)
    }
}
