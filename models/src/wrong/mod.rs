//! Locks with well-known mistakes. The search must find each of them.

mod flag_event;
mod silent_lock;

pub use flag_event::FlagEvent;
pub use silent_lock::SilentLock;
