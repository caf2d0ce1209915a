//! What happened, call by call: the trace that `--trace` prints and `--trace-out` records.
//!
//! The set of [`Event`]s is closed and typed: a reader of a recording knows all that can come.
//! A [`Trace`] is handed to whoever makes calls; `Trace::off()` costs one comparison a call.
//!
//! One recorded line (trace format v1):
//!
//! ```json
//! {"v":1,"t_us":1804,"seq":17,"actor":"server","ev":"accept","args":{"fd":3,"new_fd":5,"peer":"127.0.0.1:51234"}}
//! ```
//!
//! - `t_us`: microseconds since the trace began, after the call returned;
//! - `seq`: rises by one for each event of an actor;
//! - no payload over [`PREVIEW`] bytes is stored.

mod event;
mod merge;
mod recorder;

pub use event::{Direction, Event, PREVIEW, Preview};
pub use merge::{Entry, merge};
pub use recorder::{Record, Trace};
