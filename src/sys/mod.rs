//! The few calls that the chosen crates do not offer safely, and the stop switch.
//!
//! All `unsafe` of the library's lower half is in this folder. Everything here is Linux or
//! portable Unix; an item says so when it is Linux only.

mod errno;
mod fd_sets;
mod fork;
mod inherit;
mod map;
mod poll_all;
mod queue;
mod recv_many;
mod stop;

pub use errno::error_name;
pub use fd_sets::{FD_SETSIZE, FdSets, Selected};
pub use fork::{Fork, child_signals, exit_child, fork};
pub use inherit::keep_from_children;
pub use map::try_map;
pub use poll_all::{PollEntry, poll_all};
pub use queue::{AcceptQueue, accept_queue, is_settled};
pub use recv_many::{Received, recv_many};
pub use stop::Stop;
