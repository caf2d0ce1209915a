//! Sockets: what Python's `socket` module offers, with its hazards cured.
//!
//! [`Socket`] has the calls under their own names. [`Listener`] and [`connect`] are the usual ways
//! to get one. What is different from Python's `socket`:
//!
//! | Python | here |
//! |---|---|
//! | a write to a closed connection may kill the process (SIGPIPE) | never: `MSG_NOSIGNAL` on every send |
//! | `sendall` fails and nobody knows how much went out | [`SendError`] says how many bytes did |
//! | `close()` with unread input resets the client, whose reply is lost | [`Socket::close`]: shutdown(write), bounded drain, close |
//! | a cut datagram looks whole | [`Datagram`] tells its true size |
//! | `recv` on UDP returns `b''` for an empty message, as for an end | a [`Datagram`] of 0 bytes; only streams end |
//! | `connect_ex` after a timeout says EAGAIN | `TimedOut`, never mixed up with `WouldBlock` |
//! | a unix path stays after `close()` | removed with the listener, if it is still ours |
//! | restart: "Address already in use" | SO_REUSEADDR on, unless told otherwise |
//!
//! Every wait respects a timeout ([`Socket::set_timeout`]) and can be ended by a
//! [`Stop`](crate::sys::Stop) ([`Socket::watch`]).

mod addr;
mod connect;
mod listener;
mod pace;
mod path;
mod socket;
mod transfer;

pub use addr::Addr;
pub use connect::{Connect, connect};
pub use listener::{Listen, Listener};
pub use socket::{Kind, Socket};
pub use transfer::{Datagram, SendError};
