//! What is watched for, and what is reported.

use std::fmt;
use std::ops::BitOr;
use std::str::FromStr;

/// The system call that does the waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// select(2): three sets of bits, at most 1,024 descriptors.
    Select,
    /// poll(2): an array of descriptors.
    Poll,
    /// epoll(7): the kernel keeps the list. Linux only.
    Epoll,
}

impl Mechanism {
    /// All three, in the order of their age.
    pub const ALL: [Mechanism; 3] = [Mechanism::Select, Mechanism::Poll, Mechanism::Epoll];
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Mechanism::Select => "select",
            Mechanism::Poll => "poll",
            Mechanism::Epoll => "epoll",
        })
    }
}

impl FromStr for Mechanism {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Mechanism::ALL.into_iter().find(|mechanism| mechanism.to_string() == text);
        found.ok_or_else(|| "write select, poll or epoll".to_string())
    }
}

/// How often a ready source is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trigger {
    /// By every wait, as long as it is ready.
    #[default]
    Level,
    /// Once, when it becomes ready. epoll only.
    Edge,
}

/// What a source is watched for; combine with `|`.
///
/// ```
/// use netkit::selector::Interest;
///
/// let both = Interest::READ | Interest::WRITE;
/// assert!(both.is_readable() && both.is_writable());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interest(u8);

impl Interest {
    /// Nothing for now. Errors and hang-ups are reported all the same (not by select).
    pub const NONE: Interest = Interest(0);
    /// Something to receive or accept, or the end of the stream.
    pub const READ: Interest = Interest(1);
    /// Room to send.
    pub const WRITE: Interest = Interest(2);
    /// An exceptional condition: a byte sent with `MSG_OOB`.
    pub const PRIORITY: Interest = Interest(4);

    /// Whether it holds [`READ`](Interest::READ).
    pub fn is_readable(self) -> bool {
        self.0 & Interest::READ.0 != 0
    }

    /// Whether it holds [`WRITE`](Interest::WRITE).
    pub fn is_writable(self) -> bool {
        self.0 & Interest::WRITE.0 != 0
    }

    /// Whether it holds [`PRIORITY`](Interest::PRIORITY).
    pub fn is_priority(self) -> bool {
        self.0 & Interest::PRIORITY.0 != 0
    }
}

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }
}

/// Names one source of a selector, from its addition to its removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token {
    pub(super) index: u32,
    pub(super) generation: u32,
}

impl Token {
    /// Both halves in the 64 bits that epoll keeps for us.
    pub(super) fn to_key(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    pub(super) fn from_key(key: u64) -> Self {
        Token { index: key as u32, generation: (key >> 32) as u32 }
    }
}

/// A source has something to do: a hint, not a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Which source.
    pub token: Token,
    /// A receive or accept will not wait: data, a client, the end of the stream, or an error.
    pub readable: bool,
    /// A send will not wait: room, or an error.
    pub writable: bool,
    /// An exceptional condition: out-of-band data.
    pub priority: bool,
    /// The peer will send no more. Only edge-triggered epoll tells it beforehand; by the others, and
    /// in the end by all, the end of the stream is just readable.
    pub ended: bool,
    /// Both directions are closed, or an error is pending (poll and epoll tell; select does not).
    pub closed: bool,
}
