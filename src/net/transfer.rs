//! Bytes in and out.

use std::fmt;
use std::io;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, recvfrom, send, sendto};

use super::pace::{AtStop, GRACE, Pace};
use super::{Addr, Kind, Socket};
use crate::sys::{Stop, error_name};
use crate::trace::{Direction, Event, Preview};

/// How long [`Socket::close`] goes on reading what nobody wants.
const DRAIN_DEADLINE: Duration = Duration::from_secs(1);

/// How long to leave a unix peer alone whose queue is full.
const FULL_QUEUE: Duration = Duration::from_millis(1);

/// Bytes thrown away with one call while draining.
const DRAIN_PIECE: usize = 16 * 1024;

/// A datagram, as [`Socket::recv_from`] received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram {
    /// Bytes that stand at the beginning of the buffer.
    pub bytes: usize,
    /// Bytes that were sent. More than `bytes` means that the rest is lost.
    pub size: usize,
    /// Who sent it.
    pub from: Addr,
}

/// [`Socket::send_all`] could not send everything.
#[derive(Debug)]
pub struct SendError {
    /// Bytes that the kernel took before it failed. Whether the peer got them nobody knows.
    pub sent: usize,
    /// Bytes that were to be sent.
    pub asked: usize,
    source: io::Error,
}

impl Socket {
    /// Receives what is there, up to `buffer.len()` bytes: recv(2).
    ///
    /// - Returns 1 or more bytes of a stream as they come: any number of sends may arrive as one
    ///   receive, and one send as many.
    /// - Returns 0 at the end of the stream, again and again, and when a watched
    ///   [`Stop`] is on.
    ///
    /// # Errors
    /// `ConnectionReset`; `TimedOut` or `WouldBlock` as [`set_timeout`](Socket::set_timeout) says;
    /// `NotConnected`.
    ///
    /// Python: `recv`.
    pub fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let received = self.receive(buffer, RecvFlags::empty());
        match &received {
            Ok(0) if self.kind == Kind::Stream => self.trace.record(|| Event::Eof { fd: self.number() }),
            Ok(bytes) => self.trace.record(|| self.received(buffer, *bytes, None)),
            Err(error) => self.trace_failure("recv", error),
        }
        received
    }

    /// As [`recv`](Socket::recv), but leaves the bytes to be received again: `MSG_PEEK`.
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    pub fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.receive(buffer, RecvFlags::PEEK)
    }

    /// Receives the byte that was sent out of band, if there is one: `MSG_OOB`.
    ///
    /// # Errors
    /// `InvalidInput` when there is none, `WouldBlock` when it is announced and not here yet.
    pub fn recv_out_of_band(&self) -> io::Result<u8> {
        let mut byte = [0];
        self.receive(&mut byte, RecvFlags::OOB)?;
        Ok(byte[0])
    }

    fn receive(&self, buffer: &mut [u8], flags: RecvFlags) -> io::Result<usize> {
        let deadline = self.pace.deadline();
        let received = self.pace.run(&self.fd, PollFlags::IN, deadline, AtStop::End, || {
            recv(&self.fd, &mut *buffer, flags).map(|(_, bytes)| bytes)
        })?;
        if received == Some(0) && !buffer.is_empty() {
            self.has_ended.store(true, Ordering::Relaxed);
        }
        Ok(received.unwrap_or(0))
    }

    /// Receives one datagram and its sender: recvfrom(2).
    ///
    /// - `None` when a watched [`Stop`] is on. An empty datagram is a
    ///   [`Datagram`] of 0 bytes, not an end.
    /// - A datagram longer than `buffer` is cut; its `size` says so (`MSG_TRUNC`).
    ///
    /// # Errors
    /// `TimedOut` or `WouldBlock`; `ConnectionRefused` on a connected socket whose last datagram
    /// found nobody.
    ///
    /// Python: `recvfrom`, which cuts without a word.
    pub fn recv_from(&self, buffer: &mut [u8]) -> io::Result<Option<Datagram>> {
        let deadline = self.pace.deadline();
        let received = self.pace.run(&self.fd, PollFlags::IN, deadline, AtStop::End, || {
            recvfrom(&self.fd, &mut *buffer, RecvFlags::TRUNC).map(|(_, size, from)| (size, from))
        });
        let (size, from) = match received {
            Ok(Some(received)) => received,
            Ok(None) => return Ok(None),
            Err(error) => {
                self.trace_failure("recvfrom", &error);
                return Err(error);
            }
        };
        let bytes = size.min(buffer.len());
        let from = Addr::from_kernel(from)?;
        self.trace.record(|| self.received(buffer, bytes, Some(from.to_string())));
        Ok(Some(Datagram { bytes, size, from }))
    }

    /// Sends what the kernel takes now and says how much that was: send(2).
    ///
    /// A blocking socket takes everything; one with a timeout may take only a part.
    ///
    /// # Errors
    /// `BrokenPipe` or `ConnectionReset` when the peer is gone; `TimedOut` or `WouldBlock`.
    ///
    /// Python: `send`.
    pub fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        self.send_until(bytes, self.pace.deadline())
    }

    /// Sends everything, however many calls that takes.
    ///
    /// A timeout is the total time. A watched [`Stop`] leaves it 0.4 s.
    ///
    /// # Errors
    /// [`SendError`], which says how many bytes went out before it failed. On a socket that never
    /// waits (timeout zero) that is whatever fitted.
    ///
    /// Python: `sendall`, whose error does not tell.
    pub fn send_all(&self, bytes: &[u8]) -> Result<(), SendError> {
        let mut deadline = self.pace.deadline();
        let mut stop = self.pace.stop.as_ref();
        let mut sent = 0;
        while sent < bytes.len() {
            // One grace for all the rest: a peer that reads a little now and then gets no more.
            if stop.is_some_and(Stop::is_requested) {
                let grace = Instant::now() + GRACE;
                deadline = Some(deadline.map_or(grace, |deadline| deadline.min(grace)));
                stop = None;
            }
            match self.send_until(&bytes[sent..], deadline) {
                Ok(taken) => sent += taken,
                Err(source) => return Err(SendError { sent, asked: bytes.len(), source }),
            }
        }
        Ok(())
    }

    fn send_until(&self, bytes: &[u8], deadline: Option<Instant>) -> io::Result<usize> {
        let sent = self.pace.run(&self.fd, PollFlags::OUT, deadline, AtStop::Finish, || {
            send(&self.fd, bytes, SendFlags::NOSIGNAL)
        });
        self.sent(bytes, sent, None)
    }

    /// Sends one datagram to `to`: sendto(2).
    ///
    /// Success means that the kernel took it, not that anybody received it.
    ///
    /// # Errors
    /// `EMSGSIZE` over 65,507 bytes (IPv4); `ConnectionRefused`, `NotFound` for a unix path;
    /// `TimedOut` or `WouldBlock` when a unix socket's queue is full.
    ///
    /// Python: `sendto`.
    pub fn send_to(&self, bytes: &[u8], to: &Addr) -> io::Result<usize> {
        let kernel = to.to_kernel()?;
        let sent = self.pace.run(&self.fd, PollFlags::OUT, self.pace.deadline(), AtStop::Finish, || {
            sendto(&self.fd, bytes, SendFlags::NOSIGNAL, &kernel).inspect_err(|error| {
                // poll(2) tells of room at this end only. It is the queue of a unix peer that is full: look again later.
                if *error == Errno::AGAIN && to.is_unix() && self.pace.may_wait() {
                    thread::sleep(FULL_QUEUE);
                }
            })
        });
        self.sent(bytes, sent, Some(to))
    }

    /// As [`send_to`](Socket::send_to), but never waits for a peer that does not read (unix(7)).
    ///
    /// # Errors
    /// `WouldBlock` when there is no room now; those of [`send_to`](Socket::send_to).
    ///
    /// Python: `sendto` with `MSG_DONTWAIT`.
    pub fn try_send_to(&self, bytes: &[u8], to: &Addr) -> io::Result<usize> {
        let sent = sendto(&self.fd, bytes, SendFlags::NOSIGNAL | SendFlags::DONTWAIT, &to.to_kernel()?);
        self.sent(bytes, sent.map(Some).map_err(io::Error::from), Some(to))
    }

    /// Closes the connection so that the peer gets all that was sent to it.
    ///
    /// Sends the end of the stream, then reads and throws away what the peer still sends, until it
    /// closes too or 1 s is over, then closes. A close with unread input would make the kernel
    /// reset the connection, and the reset can overtake the reply (RFC 2525, section 2.17).
    ///
    /// Python: `socketserver.TCPServer.shutdown_request`, which does not drain.
    pub fn close(self) {
        // A peer that is gone already needs no goodbye.
        if self.kind == Kind::Stream && self.shutdown(Direction::Write).is_ok() {
            // Who has received the end of the stream has left nothing unread.
            if !self.has_ended.load(Ordering::Relaxed) {
                self.drain();
            }
        }
    }

    fn drain(&self) {
        let stopped = self.pace.stop.as_ref().is_some_and(Stop::is_requested);
        let limit = if stopped { GRACE } else { DRAIN_DEADLINE };
        let pace = Pace { timeout: Some(limit), stop: None };
        let deadline = pace.deadline();
        let mut thrown_away = [0; DRAIN_PIECE];
        loop {
            let piece = pace.run(&self.fd, PollFlags::IN, deadline, AtStop::End, || {
                recv(&self.fd, &mut thrown_away, RecvFlags::DONTWAIT).map(|(_, bytes)| bytes)
            });
            match piece {
                Ok(Some(1..)) if deadline.is_some_and(|deadline| Instant::now() < deadline) => {}
                Ok(Some(0)) => return self.trace.record(|| Event::Eof { fd: self.number() }),
                // Time is up, or the peer has reset the connection: nothing more can be done for it.
                _ => return,
            }
        }
    }

    fn sent(&self, bytes: &[u8], sent: io::Result<Option<usize>>, to: Option<&Addr>) -> io::Result<usize> {
        // A send is never ended by a stop (AtStop::Finish), so there is always a count.
        let sent = sent.map(Option::unwrap_or_default);
        match &sent {
            Ok(taken) => self.trace.record(|| Event::Send {
                fd: self.number(),
                asked: bytes.len(),
                bytes: *taken,
                data: Preview::of(&bytes[..*taken]),
                to: to.map(Addr::to_string),
            }),
            Err(error) => self.trace_failure("send", error),
        }
        sent
    }

    fn received(&self, buffer: &[u8], bytes: usize, from: Option<String>) -> Event {
        let data = Preview::of(&buffer[..bytes]);
        Event::Recv { fd: self.number(), limit: buffer.len(), bytes, data, from }
    }

    pub(super) fn trace_failure(&self, call: &str, error: &io::Error) {
        self.trace.record(|| {
            let (fd, call, name) = (self.number(), call.to_string(), error_name(error));
            match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                    Event::WouldBlock { fd, call, error: name }
                }
                _ => Event::Reset { fd, call, error: name },
            }
        });
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sent {} of {} bytes: {}", self.sent, self.asked, self.source)
    }
}

impl std::error::Error for SendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl From<SendError> for io::Error {
    /// Keeps the kind.
    fn from(error: SendError) -> Self {
        io::Error::new(error.source.kind(), error)
    }
}
