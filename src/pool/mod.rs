//! A pool of worker processes: hand functions to them, get results back, whatever happens.
//!
//! Read in this order:
//!
//! 1. [`Pool`]: `apply`, `map`, `imap` and their kin; [`Builder`]: how many workers, and what they get.
//! 2. [`AsyncResult`], [`JobError`]: what comes back.
//!
//! The workers are this program, started anew ([`process::init`](crate::process::init)); tasks are
//! functions that were listed there. Each worker has two rings in shared memory, one for tasks and
//! one for results, and a socket for descriptors and for what is too long for a ring. Whoever
//! has nothing to do sleeps in the kernel; nobody is woken who is awake.
//!
//! The promises, each with a test; in brackets what CPython's pool does:
//!
//! - A worker that dies fails exactly the task that it ran, with its pid and how it ended; another
//!   takes its place. (The result never comes; `get` and `join` hang.)
//! - Every result comes: a value, or an error, also after `terminate`. (They stay pending for ever.)
//! - A panic in a callback harms nobody. (The thread for results dies, and everything hangs.)
//! - An initializer that fails makes `build` fail. (Workers are started and die for ever.)
//! - No lock is shared with workers: none can be orphaned by killing one. (All tasks stop.)
//! - No task waits behind a long one while a worker is idle.
//! - The pool's end, also by SIGKILL, ends the workers; the shared memory goes with them.
//!
//! Two threads belong to a pool, and end with it: `pool results` brings results and runs callbacks,
//! `pool watch` waits for the ends of workers.
//!
//! Python: `multiprocessing.Pool`.

mod api;
mod batch;
mod builder;
mod error;
mod hub;
mod imap;
mod job;
mod map;
mod result;
mod state;
mod watch;
mod worker;

pub use api::Pool;
pub use builder::Builder;
pub use error::JobError;
pub use imap::Imap;
pub use result::AsyncResult;
pub use worker::context;
#[doc(hidden)]
pub use worker::{Start, work};
