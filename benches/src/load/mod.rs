//! The clients: one thread, one CPU, every reply checked.
//!
//! | file | holds |
//! |---|---|
//! | [`exchange`] | what is asked, and which reply is right |
//! | [`lasting`] | connections that stay: `hello`, `echo`, `idle` |
//! | [`brief`] | a connection an operation: `hello-close`, `connect-echo-close` |
//! | [`datagrams`], [`upload`] | what their names say |

pub mod brief;
pub mod datagrams;
pub mod exchange;
pub mod lasting;
pub mod poller;
pub mod upload;

use std::time::Duration;

/// A server that says nothing for so long has failed.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long a server gets for what the last operation leaves to be done.
pub const SETTLE: Duration = Duration::from_millis(50);

/// What was done: operations, each with a right reply, and how long that took.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    pub count: u64,
    pub time: Duration,
}
