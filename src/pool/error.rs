//! Why a task has no result.

use std::fmt;
use std::io;

use crate::process::ExitStatus;

/// Why there is no result. What it says is for people; programs ask with `is_…`.
///
/// Python: the exception that `get()` raises, `multiprocessing.TimeoutError`; where CPython waits for
/// ever, [`is_lost`](JobError::is_lost) and [`is_cancelled`](JobError::is_cancelled).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobError {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Panic,
    Timeout,
    Lost { worker: u32, status: ExitStatus },
    Cancelled,
    Unserializable,
    Refused,
}

impl JobError {
    /// The task panicked. The message says where and with what words; its worker goes on.
    pub fn is_panic(&self) -> bool {
        self.kind == Kind::Panic
    }

    /// The time was over before there was a result. It may still come.
    pub fn is_timeout(&self) -> bool {
        self.kind == Kind::Timeout
    }

    /// The worker died while it ran the task: see [`worker`](JobError::worker) and
    /// [`status`](JobError::status).
    pub fn is_lost(&self) -> bool {
        matches!(self.kind, Kind::Lost { .. })
    }

    /// The pool was terminated, or dropped, before there was a result.
    pub fn is_cancelled(&self) -> bool {
        self.kind == Kind::Cancelled
    }

    /// The arguments or the result cannot be serialised, or are too long.
    pub fn is_unserializable(&self) -> bool {
        self.kind == Kind::Unserializable
    }

    /// The pool did not take the task: it is closed, the function is not listed, a chunk size is 0.
    pub fn is_refused(&self) -> bool {
        self.kind == Kind::Refused
    }

    /// The process that a lost task ran in.
    pub fn worker(&self) -> Option<u32> {
        match self.kind {
            Kind::Lost { worker, .. } => Some(worker),
            _ => None,
        }
    }

    /// How the worker of a lost task ended.
    pub fn status(&self) -> Option<ExitStatus> {
        match self.kind {
            Kind::Lost { status, .. } => Some(status),
            _ => None,
        }
    }

    pub(super) fn panicked(task: &str, words: &str) -> Self {
        JobError { kind: Kind::Panic, message: format!("{task} {words}") }
    }

    pub(super) fn timeout() -> Self {
        JobError { kind: Kind::Timeout, message: "the time was over before the task was".to_string() }
    }

    pub(super) fn lost(task: &str, worker: u32, status: ExitStatus) -> Self {
        let message = format!("worker {worker} was lost while it ran {task}: {status}");
        JobError { kind: Kind::Lost { worker, status }, message }
    }

    pub(super) fn cancelled() -> Self {
        let message = "the pool was terminated before the task was done".to_string();
        JobError { kind: Kind::Cancelled, message }
    }

    pub(super) fn unserializable(message: impl Into<String>) -> Self {
        JobError { kind: Kind::Unserializable, message: message.into() }
    }

    pub(super) fn refused(message: impl Into<String>) -> Self {
        JobError { kind: Kind::Refused, message: message.into() }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JobError {}

impl From<JobError> for io::Error {
    fn from(error: JobError) -> Self {
        let kind = match error.kind {
            Kind::Timeout => io::ErrorKind::TimedOut,
            Kind::Refused | Kind::Unserializable => io::ErrorKind::InvalidInput,
            Kind::Panic | Kind::Lost { .. } | Kind::Cancelled => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}
