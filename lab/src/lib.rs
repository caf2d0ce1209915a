//! `lab` grades any command by what anyone can observe: bytes on sockets and stdio, exit codes, files, and `/proc`.
//!
//! The same checks run on a Rust lesson, on its Python twin and on a student's program, so this crate shares no code with
//! what it grades. In reading order:
//!
//! 1. [`Check`], [`Suite`]: what is looked at, as data; [`lessons`] and [`exercises()`] are the lists.
//! 2. [`Trial`]: what a check has to work with. It starts a [`Subject`] (the command, running) and talks to it as a
//!    [`Peer`] or a [`UdpPeer`].
//! 3. [`Failure`], [`Report`]: what came out, told so that a student can go on from there.
//! 4. [`grade`]: the same for a whole submission, in the forms that other systems read.
//! 5. [`Deadline`], [`Random`], [`bytes`], [`proc`]: tools of the above.
//!
//! # A test of a lesson
//!
//! ```no_run
//! let suite = lab::suite("lesson1.server").unwrap();
//! let twin = lab::Command::new("python3", ["lessons/lesson1/original.py", "server"]);
//! suite.run(&twin, &lab::Options::default()).assert_passed();
//! ```

pub mod adversary;
pub mod bytes;
mod check;
mod command;
mod cpus;
mod deadline;
pub mod exercises;
mod failure;
pub mod grade;
pub mod lessons;
mod load;
mod peer;
pub mod proc;
mod random;
mod report;
mod subject;
mod trial;

pub use check::{Check, Options, Suite};
pub use command::Command;
pub use deadline::{Deadline, measure_for, until};
pub use exercises::{Exercise, exercise, exercises};
pub use failure::Failure;
pub use lessons::{suite, suites};
pub use load::Load;
pub use peer::{Listener, Peer, UdpPeer};
pub use random::Random;
pub use report::{Outcome, Report};
pub use rustix::process::Signal;
pub use subject::{Exit, Guard, Start, Stream, Subject};
pub use trial::{Server, Trial, socket_address};
