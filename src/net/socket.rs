//! One type with the socket calls under their own names.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::net::{self, AddressFamily, Protocol, Shutdown, SocketFlags, SocketType, sockopt};

use super::Addr;
use super::pace::Pace;
use super::path::{OwnPath, clear_away};
use crate::sys::{Stop, error_name};
use crate::trace::{Direction, Event, Trace};

/// What travels: a stream of bytes or single messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `SOCK_STREAM`: bytes in order, no message boundaries (TCP).
    Stream,
    /// `SOCK_DGRAM`: messages with boundaries, no promise of arrival (UDP).
    Datagram,
}

/// A socket: socket(2) and the calls on it, each under its own name.
///
/// - Dropping it closes the descriptor at once; [`close`](Socket::close) does it so that no reply
///   is lost.
/// - It is close-on-exec: a re-executed child does not inherit it.
/// - It blocks, until [`set_timeout`](Socket::set_timeout) says otherwise.
///
/// ```
/// use netkit::net::{Addr, Kind, Socket};
/// use netkit::trace::Trace;
///
/// let addr: Addr = "127.0.0.1:0".parse()?;
/// let mut server = Socket::new(&addr, Kind::Stream, &Trace::off())?;
/// server.bind(&addr)?;
/// server.listen(5)?;
/// let client = Socket::new(&addr, Kind::Stream, &Trace::off())?;
/// client.connect(&server.local_addr()?)?;
/// client.send_all("请求占领地球".as_bytes())?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `socket.socket`.
#[derive(Debug)]
pub struct Socket {
    pub(super) fd: OwnedFd,
    pub(super) kind: Kind,
    pub(super) pace: Pace,
    pub(super) trace: Trace,
    /// The peer sends no more, and everything it sent has been received.
    pub(super) has_ended: AtomicBool,
    path: Option<OwnPath>,
}

impl Socket {
    /// Makes a socket of the family that `addr` needs: socket(2).
    ///
    /// # Errors
    /// Those of socket(2): no descriptor left (`EMFILE`).
    pub fn new(addr: &Addr, kind: Kind, trace: &Trace) -> io::Result<Self> {
        Self::of_family(addr.family(), kind, trace)
    }

    fn of_family(family: AddressFamily, kind: Kind, trace: &Trace) -> io::Result<Self> {
        let (kernel_kind, name) = match kind {
            Kind::Stream => (SocketType::STREAM, "stream"),
            Kind::Datagram => (SocketType::DGRAM, "datagram"),
        };
        let fd = net::socket_with(family, kernel_kind, SocketFlags::CLOEXEC, None::<Protocol>)?;
        let socket = Socket {
            fd,
            kind,
            pace: Pace::default(),
            trace: trace.clone(),
            has_ended: AtomicBool::new(false),
            path: None,
        };
        socket.trace.record(|| Event::Socket { kind: name.to_string(), fd: socket.number() });
        Ok(socket)
    }

    /// Wraps what accept(2) returned, in the kernel's mode that `pace` needs.
    pub(super) fn accepted(fd: OwnedFd, pace: Pace, trace: &Trace) -> Self {
        Socket {
            fd,
            kind: Kind::Stream,
            pace,
            trace: trace.clone(),
            has_ended: AtomicBool::new(false),
            path: None,
        }
    }

    /// Gives the socket an address: bind(2). Port 0 lets the kernel choose.
    ///
    /// A unix path is removed when the socket is dropped, if the file is still this socket's.
    ///
    /// # Errors
    /// `AddrInUse`, `AddrNotAvailable`, `PermissionDenied` (ports below 1024), `InvalidInput` for
    /// a unix path over 107 bytes or a second bind.
    pub fn bind(&mut self, addr: &Addr) -> io::Result<()> {
        let result = addr.to_kernel().and_then(|kernel| Ok(net::bind(&self.fd, &kernel)?));
        self.trace.record(|| Event::Bind {
            fd: self.number(),
            addr: self.local_addr().unwrap_or_else(|_| addr.clone()).to_string(),
            error: failure(&result),
        });
        if let (Ok(()), Addr::Unix(path)) = (&result, addr) {
            self.path = Some(OwnPath::made(path)?);
        }
        result
    }

    /// As [`bind`](Socket::bind), but first clears away a unix path that a dead server left.
    ///
    /// # Errors
    /// Those of [`bind`](Socket::bind); `AddrInUse` when a server lives behind the path;
    /// `AlreadyExists` when the file there is no socket (it is left alone).
    pub fn bind_fresh(&mut self, addr: &Addr) -> io::Result<()> {
        match (self.bind(addr), addr) {
            (Err(error), Addr::Unix(path)) if error.kind() == io::ErrorKind::AddrInUse => {
                clear_away(path)?;
                self.bind(addr)
            }
            (result, _) => result,
        }
    }

    /// Lets clients connect and queues up to `backlog` + 1 of them (Linux): listen(2).
    ///
    /// The kernel cuts `backlog` to `net.core.somaxconn` without a word.
    ///
    /// # Errors
    /// `AddrInUse` when another socket listens there; `Unsupported` on datagram sockets.
    pub fn listen(&self, backlog: u32) -> io::Result<()> {
        let backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
        let result = net::listen(&self.fd, backlog).map_err(io::Error::from);
        self.trace.record(|| Event::Listen { fd: self.number(), backlog, error: failure(&result) });
        result
    }

    /// This side's address: getsockname(2).
    ///
    /// # Errors
    /// Those of getsockname(2).
    pub fn local_addr(&self) -> io::Result<Addr> {
        Addr::from_kernel(Some(net::getsockname(&self.fd)?))
    }

    /// The other side's address: getpeername(2).
    ///
    /// # Errors
    /// `NotConnected` when there is none.
    pub fn peer_addr(&self) -> io::Result<Addr> {
        Addr::from_kernel(net::getpeername(&self.fd)?)
    }

    /// Limits every call that waits from now on.
    ///
    /// - `None`: no limit. `Some(ZERO)`: never wait, say `WouldBlock` instead.
    /// - Otherwise a call that is not done in time says `TimedOut`; for
    ///   [`send_all`](Socket::send_all) it is the total time.
    ///
    /// # Errors
    /// Those of fcntl(2).
    ///
    /// Python: `settimeout`; `setblocking(False)` is `Some(ZERO)`.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.set_pace(Pace { timeout, stop: self.pace.stop.clone() })
    }

    /// Lets `stop` end what waits on this socket, and on sockets it accepts.
    ///
    /// Once stop is requested, a receive reports the end of the stream, and a send that cannot go
    /// on gets a last 0.4 s.
    ///
    /// # Errors
    /// Those of fcntl(2).
    pub fn watch(&mut self, stop: &Stop) -> io::Result<()> {
        self.set_pace(Pace { timeout: self.pace.timeout, stop: Some(stop.clone()) })
    }

    /// Lets several sockets bind one port while none listens on it, and a server restart at once.
    ///
    /// # Errors
    /// Those of setsockopt(2).
    pub fn set_reuse_address(&self, on: bool) -> io::Result<()> {
        Ok(sockopt::set_socket_reuseaddr(&self.fd, on)?)
    }

    /// Lets several sockets listen on one port; the kernel spreads clients over them.
    ///
    /// # Errors
    /// Those of setsockopt(2).
    pub fn set_reuse_port(&self, on: bool) -> io::Result<()> {
        Ok(sockopt::set_socket_reuseport(&self.fd, on)?)
    }

    /// Closes one direction or both, whoever else holds the descriptor: shutdown(2).
    ///
    /// After `Write` the peer sees the end of the stream and can still answer.
    ///
    /// # Errors
    /// `NotConnected`.
    pub fn shutdown(&self, direction: Direction) -> io::Result<()> {
        let how = match direction {
            Direction::Read => Shutdown::Read,
            Direction::Write => Shutdown::Write,
            Direction::Both => Shutdown::Both,
        };
        net::shutdown(&self.fd, how)?;
        // Shutting both ways is not yet the close, which gives the number back.
        if direction != Direction::Both {
            self.trace.record(|| Event::Close { fd: self.number(), direction });
        }
        Ok(())
    }

    /// The pending error, which reading it clears: `SO_ERROR` of socket(7).
    ///
    /// # Errors
    /// The pending error itself, or those of getsockopt(2).
    pub fn take_error(&self) -> io::Result<()> {
        Ok(sockopt::socket_error(&self.fd)??)
    }

    pub(super) fn number(&self) -> i32 {
        self.fd.as_raw_fd()
    }

    /// Changes the waiting rules; the kernel's descriptor waits only when no rule of ours has to
    /// end the wait.
    fn set_pace(&mut self, pace: Pace) -> io::Result<()> {
        if pace.is_non_blocking() != self.pace.is_non_blocking() {
            let flags = fcntl_getfl(&self.fd)?;
            let on = pace.is_non_blocking();
            fcntl_setfl(&self.fd, if on { flags | OFlags::NONBLOCK } else { flags - OFlags::NONBLOCK })?;
        }
        self.pace = pace;
        Ok(())
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.trace.record(|| Event::Close { fd: self.number(), direction: Direction::Both });
        if let Some(path) = self.path.take() {
            path.remove();
        }
    }
}

/// The error's name for the trace.
pub(super) fn failure<T>(result: &io::Result<T>) -> Option<String> {
    result.as_ref().err().map(error_name)
}
