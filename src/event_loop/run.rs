//! The loop itself.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::event::Happened;
use super::timers::{Due, Timers};
use super::{Event, Options};
use crate::net::{Addr, Listener};
use crate::selector::{self, Interest, Selector, Token};
use crate::sys::Stop;
use crate::trace;

/// One thread's connections, each with a `D` of yours. See the [module](super) for what it promises.
pub struct EventLoop<D = ()> {
    pub(super) selector: Selector<Source<D>>,
    pub(super) options: Options,
    pub(super) timers: Timers,
    pub(super) ready: Vec<selector::Event>,
    /// The place in `ready` that is being worked on, and how often it had its turn.
    pub(super) at: usize,
    pub(super) turns: usize,
    /// Closes that were decided outside `next_event`.
    pub(super) closed: VecDeque<Event<'static>>,
    pub(super) connections: usize,
    pub(super) accepting: bool,
    /// A timer is set that ends a pause of accepting.
    pub(super) will_retry: bool,
    /// When the last wait ended. One look at the clock serves all that is ready at a time.
    pub(super) now: Instant,
    /// When the last replies must have left; `Some` after a stop.
    pub(super) ends_at: Option<Instant>,
}

/// What the selector watches for us.
pub(super) enum Source<D> {
    Listener(Listener),
    Connection(Box<Connection<D>>),
    Stop(Stop),
}

impl<D> AsFd for Source<D> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Source::Listener(listener) => listener.as_fd(),
            Source::Connection(connection) => connection.socket.as_fd(),
            Source::Stop(stop) => stop.as_fd(),
        }
    }
}

impl<D: Default> EventLoop<D> {
    /// Makes a loop without listeners or connections.
    ///
    /// # Errors
    /// Those of [`Selector::with_trigger`].
    pub fn new(options: Options) -> io::Result<Self> {
        Ok(EventLoop {
            selector: Selector::with_trigger(options.mechanism, options.trigger)?,
            options,
            timers: Timers::default(),
            ready: Vec::new(),
            at: 0,
            turns: 0,
            closed: VecDeque::new(),
            connections: 0,
            accepting: true,
            will_retry: false,
            now: Instant::now(),
            ends_at: None,
        })
    }

    /// Accepts clients of `listener` from now on.
    ///
    /// # Errors
    /// Those of [`Selector::add`] and of fcntl(2).
    pub fn listen(&mut self, mut listener: Listener) -> io::Result<()> {
        listener.never_wait()?;
        self.selector.add(Source::Listener(listener), Interest::READ)?;
        Ok(())
    }

    /// Ends when `stop` is turned on.
    ///
    /// # Errors
    /// Those of [`Selector::add`].
    pub fn watch(&mut self, stop: &Stop) -> io::Result<()> {
        self.selector.add(Source::Stop(stop.clone()), Interest::READ)?;
        Ok(())
    }

    /// How many connections are open.
    pub fn len(&self) -> usize {
        self.connections
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.connections == 0
    }

    /// The address of a connection's peer; `None` when it is gone.
    pub fn peer(&self, id: Token) -> Option<&Addr> {
        match self.selector.get(id) {
            Ok(Source::Connection(connection)) => Some(&connection.peer),
            _ => None,
        }
    }

    /// What you keep for a connection, made with `D::default()` when it was opened; `None` when it
    /// is gone.
    pub fn data(&mut self, id: Token) -> Option<&mut D> {
        self.connection(id).map(|connection| &mut connection.data)
    }

    /// Sends `bytes` to a connection, behind what is queued for it. Returns how many bytes the
    /// kernel took now; the rest is queued, and [`Event::Sent`] reports it.
    pub fn send(&mut self, id: Token, bytes: &[u8]) -> usize {
        let limit = self.options.queue;
        let Some(connection) = self.connection(id) else { return 0 };
        match connection.send(bytes, limit) {
            Ok(sent) => {
                // All of it has gone: what is queued and watched for is as it was.
                if sent < bytes.len() {
                    self.settle(id);
                }
                sent
            }
            Err(error) => {
                self.drop_connection(id, Some(error));
                0
            }
        }
    }

    /// Bytes queued for a connection.
    pub fn queued(&mut self, id: Token) -> usize {
        self.connection(id).map_or(0, |connection| connection.queue.len())
    }

    /// Closes a connection when everything queued for it is sent, so that the peer gets it all.
    pub fn finish(&mut self, id: Token) {
        if let Some(connection) = self.connection(id) {
            connection.is_finishing = true;
            self.settle(id);
        }
    }

    /// Closes a connection at once; what is queued for it is lost.
    pub fn close(&mut self, id: Token) {
        self.drop_connection(id, None);
    }

    /// When the last wait ended: near enough to the present to count a deadline from, and free.
    ///
    /// Python: `asyncio.loop.time`, which looks at the clock.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Reports [`Event::Expired`] at `deadline`, unless it is changed before; `None`: never.
    pub fn set_deadline(&mut self, id: Token, deadline: Option<Instant>) {
        // A goodbye has a deadline of its own, which nobody may move.
        if self.connection(id).is_some_and(|connection| !connection.is_draining) {
            self.look_at(id, deadline);
        }
    }

    pub(super) fn look_at(&mut self, id: Token, deadline: Option<Instant>) {
        let Some(connection) = self.connection(id) else { return };
        connection.deadline = deadline;
        if let Some(deadline) = deadline
            && connection.looked_at.is_none_or(|looked_at| looked_at > deadline)
        {
            connection.looked_at = Some(deadline);
            self.add_timer(deadline, Due::Connection(id));
        }
    }

    /// Reports [`Event::Timer`] with `key` after `delay`.
    pub fn set_timer(&mut self, delay: Duration, key: u64) {
        // A delay too long to be added to a point in time is never over.
        if let Some(at) = Instant::now().checked_add(delay) {
            self.add_timer(at, Due::Key(key));
        }
    }

    pub(super) fn add_timer(&mut self, at: Instant, due: Due) {
        let selector = &self.selector;
        self.timers.add(at, due, |due| match due {
            Due::Connection(id) => selector.get(id).is_ok(),
            Due::AcceptAgain | Due::Key(_) => true,
        });
    }

    /// Waits for the next event. Received bytes are put into `buffer`.
    ///
    /// # Errors
    /// Those of the selector: nothing that a peer does.
    pub fn next_event<'b>(&mut self, buffer: &'b mut [u8]) -> io::Result<Event<'b>> {
        loop {
            if let Some(event) = self.closed.pop_front() {
                return Ok(event);
            }
            if self.ends_at.is_some() && self.connections == 0 {
                return Ok(Event::Stopped);
            }
            if let Some(&event) = self.ready.get(self.at) {
                match self.handle(event, buffer)? {
                    // The borrow of `buffer` may not live in both arms, so its length goes along.
                    Some(Happened::Received { id, bytes }) => {
                        return Ok(Event::Received { id, bytes: &buffer[..bytes] });
                    }
                    Some(Happened::Other(event)) => return Ok(event),
                    None => {}
                }
            } else if let Some(due) = self.timers.take_due(self.now) {
                if let Some(event) = self.due(due)? {
                    return Ok(event);
                }
            } else {
                self.wait()?;
            }
        }
    }

    fn wait(&mut self) -> io::Result<()> {
        let until = [self.timers.next(), self.ends_at].into_iter().flatten().min();
        if until.is_some() {
            self.now = Instant::now();
        }
        if self.ends_at.is_some_and(|ends_at| ends_at <= self.now) {
            for id in self.selector.tokens() {
                self.drop_connection(id, None);
            }
            return Ok(());
        }
        let timeout = until.map(|until| until.saturating_duration_since(self.now));
        self.at = 0;
        self.turns = 0;
        self.options.trace.record(|| {
            let all = self.selector.tokens();
            let watched = |is: fn(Interest) -> bool| {
                self.names(all.iter().copied().filter(|id| self.selector.interest(*id).is_ok_and(is)))
            };
            trace::Event::WaitEnter {
                watching: watched(|_| true),
                reading: watched(Interest::is_readable),
                writing: watched(Interest::is_writable),
                timeout_ms: timeout.map(|timeout| timeout.as_millis() as u64),
            }
        });
        self.selector.wait(&mut self.ready, timeout)?;
        while self.ready.is_empty() && until.is_none_or(|until| Instant::now() < until) {
            // A signal came, or the waker rang: nothing has happened yet.
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            self.selector.wait(&mut self.ready, left)?;
        }
        self.now = Instant::now();
        self.options.trace.record(|| trace::Event::WaitReturn {
            readable: self.names(self.ready.iter().filter(|event| event.readable).map(|event| event.token)),
            writable: self.names(self.ready.iter().filter(|event| event.writable).map(|event| event.token)),
        });
        Ok(())
    }

    /// The descriptors of some sources, for the trace.
    fn names(&self, tokens: impl Iterator<Item = Token>) -> Vec<String> {
        let sources = tokens.filter_map(|token| self.selector.get(token).ok());
        sources.map(|source| source.as_fd().as_raw_fd().to_string()).collect()
    }

    pub(super) fn connection(&mut self, id: Token) -> Option<&mut Connection<D>> {
        match self.selector.get_mut(id) {
            Ok(Source::Connection(connection)) => Some(connection),
            _ => None,
        }
    }
}
