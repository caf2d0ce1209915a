//! What every lesson program has in common: language, options, output, errors, signals, demos.
//!
//! A lesson's `main` is one call of [`run`]. Its parts get a [`Session`], through which they
//! print, record, ask for lines and stop. Whatever goes wrong becomes one sentence on stderr in
//! the shape *who: what: why (what to try)*, and an exit code: 0 success, 1 failure, 2 usage.
//!
//! Python: `argparse`, `signal`, `gettext`.

mod failure;
mod help;
mod input;
mod lang;
mod output;
mod pad;
mod reasons;
mod run;
mod seconds;
mod session;
mod stage;
mod usage;

pub use failure::{Failure, StdoutClosed, Usage};
pub use help::Help;
pub use input::Input;
pub use lang::{Lang, Text};
pub use pad::pad;
pub use run::run;
pub use seconds::seconds;
pub use session::Session;
pub use stage::{Note, Stage};
