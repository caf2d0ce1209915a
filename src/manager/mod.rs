//! Dictionaries and lists that live in a process of their own, for all others to use.
//!
//! [`Manager`] starts the process; [`ManagedDict`] and [`ManagedList`] are handles, and ordinary
//! arguments of tasks and children.
//!
//! Shared memory is a hundred times faster ([`SharedArray`](crate::process::SharedArray)) but holds
//! numbers only, of a fixed count. A manager holds anything that can be serialised.
//!
//! Linux only: the server listens at an abstract address (unix(7)), which leaves no file behind.
//! Both sides ask the kernel whose the other one is, and talk only to the same user.
//!
//! Python: `multiprocessing.Manager`.

mod client;
mod dict;
mod error;
mod list;
mod protocol;
mod server;
mod start;

pub use dict::ManagedDict;
pub use error::ManagerError;
pub use list::ManagedList;
#[doc(hidden)]
pub use server::serve;
pub use start::Manager;
