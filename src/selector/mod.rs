//! One wait for many sources: select, poll and epoll behind one type.
//!
//! A [`Selector`] owns what it watches. You add a source and get a [`Token`] for it; [`wait`] says
//! which tokens have something to do. The mechanism is chosen when the selector is made, and all
//! three keep the same promises (one set of tests runs on each):
//!
//! - An event is a hint: the next call on the source may still say `WouldBlock`.
//! - Level-triggered (the default): what is ready is reported by every wait until it is not (by
//!   epoll, 1,024 sources at a time, in turn).
//!   Edge-triggered (epoll only): reported once; go on until `WouldBlock`, or hear no more of it.
//! - The end of a stream is readable, and stays so. An error or a hang-up is readable and writable,
//!   and is reported even to who watches for neither (by select, only what is watched for): remove
//!   such a source, or it comes for ever.
//! - A token of a removed source never means another one, even when the kernel uses the
//!   descriptor's number again: a generation tells them apart.
//! - A signal may end a wait early, with no events. That is not an error.
//!
//! | | select | poll | epoll |
//! |---|---|---|---|
//! | since | 4.2BSD, 1983 | System V R3, 1986 | Linux 2.5.44, 2002 |
//! | descriptors | below 1,024 | any | any |
//! | cost of a wait | all watched | all watched | those ready |
//! | regular files | always ready | always ready | refused |
//!
//! [`wait`]: Selector::wait
//!
//! Python: `select.select`, `select.poll`, `select.epoll`, `selectors`.

mod epoll;
mod interest;
mod poll;
mod select;
mod slots;
mod waker;
mod watch;

pub use interest::{Event, Interest, Mechanism, Token, Trigger};
pub use waker::Waker;
pub use watch::{Rejected, Selector};
