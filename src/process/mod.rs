//! Processes: start them, wait for them, share memory with them.
//!
//! Read in this order:
//!
//! 1. [`Process`]: a child, by fork(2) or by starting this program anew; [`ExitStatus`].
//! 2. [`init`], [`Tasks`], [`Task`]: how a fresh process finds the function that it is to run.
//!
//! Python: `multiprocessing`.

mod child;
mod ending;
mod exit;
mod frame;
mod orphan;
mod parcel;
mod start;
mod task;

pub use child::{Builder, Process};
pub use ending::exit;
pub use exit::ExitStatus;
pub use parcel::{DESCRIPTOR_LIMIT, Descriptor};
pub use start::init;
pub use task::{Task, Tasks};
