//! All that can happen, and how a loop works.

use std::io;

use crate::net::Addr;
use crate::selector::{Mechanism, Token, Trigger};
use crate::trace::Trace;

/// Everything that an [`EventLoop`](super::EventLoop) reports. The set is closed.
#[derive(Debug)]
pub enum Event<'b> {
    /// A client has connected.
    Opened {
        /// Names the connection until it is closed.
        id: Token,
        /// The client's address.
        peer: Addr,
    },
    /// Bytes have come: at least one, in the buffer that was lent.
    Received {
        /// From whom.
        id: Token,
        /// What; any piece of the stream.
        bytes: &'b [u8],
    },
    /// The client will send no more (it may still read).
    Ended {
        /// Who.
        id: Token,
    },
    /// Queued bytes have gone to the kernel.
    Sent {
        /// To whom.
        id: Token,
        /// How many.
        bytes: usize,
    },
    /// The connection's deadline is over. It has no deadline now.
    Expired {
        /// Whose.
        id: Token,
    },
    /// The connection is gone.
    Closed {
        /// Its name, which means nothing from now on.
        id: Token,
        /// Whose it was.
        peer: Addr,
        /// What ended it, if it was an error.
        error: Option<io::Error>,
    },
    /// A client connected and could not be watched: its connection is closed.
    Refused {
        /// Who.
        peer: Addr,
        /// Why: with select, a descriptor of 1,024 or more.
        error: io::Error,
    },
    /// The timer that was set with this key is over.
    Timer {
        /// Its key.
        key: u64,
    },
    /// The stop switch is on and every connection has gone. Nothing more comes.
    Stopped,
}

/// What `handle` found: as [`Event`], without the borrow of the buffer.
pub(super) enum Happened {
    Received { id: Token, bytes: usize },
    Other(Event<'static>),
}

/// How a loop works.
#[derive(Debug, Clone)]
pub struct Options {
    /// The system call that waits.
    pub mechanism: Mechanism,
    /// Whether it is told once (edge) or as long as there is something (level); edge needs epoll.
    pub trigger: Trigger,
    /// Bytes queued for a client above which nothing more is received from it.
    pub queue: usize,
    /// Where the waits are recorded.
    pub trace: Trace,
}

impl Default for Options {
    /// epoll, level-triggered, 1 MiB queued.
    fn default() -> Self {
        let (mechanism, trigger) = (Mechanism::Epoll, Trigger::Level);
        Options { mechanism, trigger, queue: 1024 * 1024, trace: Trace::off() }
    }
}
