//! The selector itself.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use rustix::event::Timespec;

use super::epoll::EpollList;
use super::poll::PollArray;
use super::select::SelectSets;
use super::slots::Slots;
use super::{Event, Interest, Mechanism, Token, Trigger, Waker};

/// The key of the waker, which no token has: generations start at 0 and indexes stay small.
const WAKER: u64 = u64::MAX;

/// Watches sources and says which are ready. See the [module](super) for its promises.
///
/// It owns its sources: none can be closed while it is watched.
///
/// ```
/// use std::os::unix::net::UnixStream;
/// use std::time::Duration;
/// use netkit::selector::{Interest, Mechanism, Selector};
///
/// let (a, mut b) = UnixStream::pair()?;
/// let mut selector = Selector::new(Mechanism::Epoll)?;
/// let token = selector.add(a, Interest::READ)?;
/// std::io::Write::write_all(&mut b, b"hi")?;
/// let mut events = Vec::new();
/// selector.wait(&mut events, Some(Duration::from_secs(1)))?;
/// assert!(events[0].token == token && events[0].readable);
/// let a = selector.remove(token)?; // and back it comes
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `selectors.DefaultSelector`.
pub struct Selector<S> {
    sources: Slots<S>,
    backend: Backend,
    waker: Waker,
}

enum Backend {
    Select(Box<SelectSets>),
    Poll(PollArray),
    Epoll(EpollList),
}

/// [`Selector::add`] refused a source, and gives it back.
pub struct Rejected<S> {
    /// The source, untouched.
    pub source: S,
    /// Why.
    pub error: io::Error,
}

impl<S: AsFd> Selector<S> {
    /// Makes a selector that reports by level.
    ///
    /// # Errors
    /// No descriptor left (`EMFILE`); for select, none below 1,024 (`InvalidInput`).
    pub fn new(mechanism: Mechanism) -> io::Result<Self> {
        Self::with_trigger(mechanism, Trigger::Level)
    }

    /// Makes a selector.
    ///
    /// # Errors
    /// `InvalidInput` for edge-triggered select or poll, which do not exist, and for select when no
    /// descriptor below 1,024 is left; no descriptor left at all (`EMFILE`).
    pub fn with_trigger(mechanism: Mechanism, trigger: Trigger) -> io::Result<Self> {
        let mut backend = match (mechanism, trigger) {
            (Mechanism::Epoll, _) => Backend::Epoll(EpollList::new(trigger)?),
            (_, Trigger::Edge) => {
                let why = format!("{mechanism} is level-triggered; only epoll can be edge-triggered");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
            }
            (Mechanism::Select, Trigger::Level) => Backend::Select(Box::default()),
            (Mechanism::Poll, Trigger::Level) => Backend::Poll(PollArray::default()),
        };
        let waker = Waker::new()?;
        backend.add(waker.as_fd(), WAKER, Interest::READ)?;
        Ok(Selector { sources: Slots::new(), backend, waker })
    }

    /// Watches `source`.
    ///
    /// # Errors
    /// [`Rejected`] with the source: `InvalidInput` when select cannot watch its descriptor (1,024
    /// or more: the message names it), `PermissionDenied` when epoll cannot watch it (a regular
    /// file), `AlreadyExists` for a descriptor that is watched already, `StorageFull` at the limit of
    /// epoll watches (`/proc/sys/fs/epoll/max_user_watches`).
    pub fn add(&mut self, source: S, interest: Interest) -> Result<Token, Rejected<S>> {
        let token = self.sources.next_token();
        match self.backend.add(source.as_fd(), token.to_key(), interest) {
            Ok(()) => Ok(self.sources.fill(source, interest)),
            Err(error) => Err(Rejected { source, error }),
        }
    }

    /// Changes what a source is watched for. The same interest again costs no system call, except
    /// edge-triggered: there it makes a ready source be reported once more.
    ///
    /// # Errors
    /// `NotFound` for a token that is not, or no more, in use.
    pub fn set_interest(&mut self, token: Token, interest: Interest) -> io::Result<()> {
        let (source, current) = self.sources.get_mut(token)?;
        let rearms = matches!(&self.backend, Backend::Epoll(list) if list.trigger() == Trigger::Edge);
        if *current != interest || rearms {
            self.backend.modify(source.as_fd(), token.to_key(), interest)?;
            *current = interest;
        }
        Ok(())
    }

    /// Stops watching a source and gives it back.
    ///
    /// # Errors
    /// `NotFound` for a token that is not, or no more, in use.
    pub fn remove(&mut self, token: Token) -> io::Result<S> {
        let source = self.sources.empty(token)?;
        self.backend.remove(source.as_fd())?;
        Ok(source)
    }

    /// A source. Most do their input and output through a shared reference: `Read` is there for
    /// `&TcpStream`, and a `Cell` holds what else has to change.
    ///
    /// # Errors
    /// `NotFound` for a token that is not, or no more, in use.
    pub fn get(&self, token: Token) -> io::Result<&S> {
        self.sources.get(token).map(|(source, _)| source)
    }

    /// What a source is watched for.
    ///
    /// # Errors
    /// `NotFound` for a token that is not, or no more, in use.
    ///
    /// Python: `selectors.BaseSelector.get_key(…).events`.
    pub fn interest(&self, token: Token) -> io::Result<Interest> {
        self.sources.get(token).map(|(_, interest)| *interest)
    }

    /// A source, to be changed but not exchanged: another descriptor would not be watched. That is why
    /// this stays inside the crate.
    pub(crate) fn get_mut(&mut self, token: Token) -> io::Result<&mut S> {
        self.sources.get_mut(token).map(|(source, _)| source)
    }

    /// How many sources are watched.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every token in use.
    pub fn tokens(&self) -> Vec<Token> {
        self.sources.tokens().collect()
    }

    /// A handle that ends a wait from any thread.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Waits until a source is ready, the [`Waker`] is used, a signal comes or `timeout` is over,
    /// and replaces `events` by what is ready. `None`: no timeout.
    ///
    /// # Errors
    /// Those of the mechanism, other than `Interrupted`.
    pub fn wait(&mut self, events: &mut Vec<Event>, timeout: Option<Duration>) -> io::Result<()> {
        events.clear();
        let timeout = timeout.map(|timeout| Timespec {
            tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(timeout.subsec_nanos()),
        });
        let waited = self.backend.wait(events, timeout.as_ref());
        match waited {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        if let Some(at) = events.iter().position(|event| event.token.to_key() == WAKER) {
            self.waker.reset();
            events.remove(at);
        }
        Ok(())
    }
}

impl Backend {
    fn add(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        match self {
            Backend::Select(sets) => sets.add(fd, key, interest),
            Backend::Poll(array) => array.add(fd, key, interest),
            Backend::Epoll(list) => list.add(fd, key, interest),
        }
    }

    fn modify(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        match self {
            Backend::Select(sets) => sets.modify(fd, interest),
            Backend::Poll(array) => array.modify(fd, interest),
            Backend::Epoll(list) => list.modify(fd, key, interest),
        }
    }

    fn remove(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        match self {
            Backend::Select(sets) => sets.remove(fd),
            Backend::Poll(array) => array.remove(fd),
            Backend::Epoll(list) => list.remove(fd),
        }
    }

    fn wait(&mut self, events: &mut Vec<Event>, timeout: Option<&Timespec>) -> io::Result<()> {
        match self {
            Backend::Select(sets) => sets.wait(events, timeout),
            Backend::Poll(array) => array.wait(events, timeout),
            Backend::Epoll(list) => list.wait(events, timeout),
        }
    }
}

impl<S> fmt::Debug for Rejected<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rejected({:?})", self.error)
    }
}

impl<S> fmt::Display for Rejected<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<S> std::error::Error for Rejected<S> {}

impl<S> From<Rejected<S>> for io::Error {
    fn from(rejected: Rejected<S>) -> Self {
        rejected.error
    }
}
