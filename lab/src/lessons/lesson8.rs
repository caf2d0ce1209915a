//! Lesson 8: processes, what they share, and pools.

mod array;
pub(crate) mod child;
mod dict;
pub(crate) mod isolation;
mod join;
pub(crate) mod leftovers;
pub(crate) mod lines;
mod lock;
pub(crate) mod pool;
mod pool_faults;
mod processes;

pub(super) use array::ARRAY;
pub(super) use dict::DICT;
pub(super) use isolation::ISOLATION;
pub(super) use join::JOIN;
pub(super) use lock::LOCK;
pub(super) use pool::POOL;
pub(super) use processes::PROCESSES;
