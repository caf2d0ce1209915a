//! The server's way to connections.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::net::{SocketFlags, acceptfrom_with};

use super::pace::{AtStop, Pace};
use super::{Addr, Kind, Socket};
use crate::sys::Stop;
use crate::trace::{Event, Trace};

/// How to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// How many clients may wait for accept(2); the kernel cuts it to `net.core.somaxconn`.
    pub backlog: u32,
    /// SO_REUSEADDR: lets a server restart while old connections are in TIME_WAIT.
    pub reuse_address: bool,
    /// Ends [`Listener::accept`], and waits on the sockets it returns.
    pub stop: Option<Stop>,
    /// Where the calls are recorded.
    pub trace: Trace,
}

impl Default for Listen {
    /// A backlog of 128, as Rust's and Python's standard libraries have it; address reuse on.
    fn default() -> Self {
        Listen { backlog: 128, reuse_address: true, stop: None, trace: Trace::off() }
    }
}

/// A listening stream socket, TCP or unix.
///
/// It owns its socket: dropping it closes the socket and removes its unix path.
///
/// Python: `socket.create_server`.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    addr: Addr,
}

impl Listener {
    /// Makes a socket, binds it to `addr` and listens.
    ///
    /// A unix path where nobody listens any more (its server was killed) is replaced.
    ///
    /// # Errors
    /// `AddrInUse` when somebody listens there; `AlreadyExists` when a file that is no socket is
    /// at the unix path; those of [`Socket::bind`].
    pub fn bind(addr: &Addr, how: &Listen) -> io::Result<Self> {
        let mut socket = Socket::new(addr, Kind::Stream, &how.trace)?;
        if !addr.is_unix() {
            socket.set_reuse_address(how.reuse_address)?;
        }
        socket.bind_fresh(addr)?;
        socket.listen(how.backlog)?;
        if let Some(stop) = &how.stop {
            socket.watch(stop)?;
        }
        let addr = socket.local_addr()?;
        Ok(Listener { socket, addr })
    }

    /// The address in force: with the real port where port 0 was asked for.
    pub fn addr(&self) -> &Addr {
        &self.addr
    }

    /// Waits for the next client, as [`Socket::accept`]; its sockets watch the same [`Stop`].
    ///
    /// # Errors
    /// Those of [`Socket::accept`].
    pub fn accept(&self) -> io::Result<Option<(Socket, Addr)>> {
        self.socket.accept()
    }

    /// Makes [`accept`](Listener::accept) say `WouldBlock` instead of waiting.
    ///
    /// # Errors
    /// Those of fcntl(2).
    pub fn never_wait(&mut self) -> io::Result<()> {
        self.socket.set_timeout(Some(Duration::ZERO))
    }

    /// Accepts a client, if there is one, as a socket that never waits either.
    ///
    /// # Errors
    /// `WouldBlock` when there is none (after [`never_wait`](Listener::never_wait)); else as
    /// [`Socket::accept`].
    pub fn accept_non_blocking(&self) -> io::Result<(Socket, Addr)> {
        self.socket.accept_as(Pace { timeout: Some(Duration::ZERO), stop: None }, None)
    }

    /// Whether [`accept`](Listener::accept) failed because something ran out.
    pub fn is_shortage(error: &io::Error) -> bool {
        matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM))
    }
}

impl Socket {
    /// Waits for the next client: accept(2). `None` when a watched [`Stop`] is on.
    ///
    /// - The new socket is close-on-exec and blocks, whatever the listener does; it watches the
    ///   same [`Stop`].
    /// - Connections that were broken before they could be accepted are skipped.
    ///
    /// # Errors
    /// `TimedOut` or `WouldBlock` as [`set_timeout`](Socket::set_timeout) says. `EMFILE`,
    /// `ENFILE`, `ENOBUFS`, `ENOMEM` ([`Listener::is_shortage`]): the client stays in the queue;
    /// close something and accept again.
    ///
    /// Python: `accept`.
    pub fn accept(&self) -> io::Result<Option<(Socket, Addr)>> {
        let pace = Pace { timeout: None, stop: self.pace.stop.clone() };
        match self.accept_as(pace, self.pace.deadline()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            result => result.map(Some),
        }
    }

    /// Accepts a client as a socket with the waiting rules `pace`; `Interrupted` at a stop.
    fn accept_as(&self, pace: Pace, deadline: Option<Instant>) -> io::Result<(Socket, Addr)> {
        // One call makes the socket and its mode: two fcntl(2) less for each client.
        let mode = if pace.is_non_blocking() { SocketFlags::NONBLOCK } else { SocketFlags::empty() };
        loop {
            let accepted = self.pace.run(&self.fd, PollFlags::IN, deadline, AtStop::End, || {
                acceptfrom_with(&self.fd, SocketFlags::CLOEXEC | mode)
            });
            let (fd, peer) = match accepted {
                Ok(Some(accepted)) => accepted,
                Ok(None) => return Err(io::ErrorKind::Interrupted.into()),
                Err(error) if is_the_clients_fault(&error) => continue,
                Err(error) => {
                    self.trace_failure("accept", &error);
                    return Err(error);
                }
            };
            let peer = Addr::from_kernel(peer)?;
            let client = Socket::accepted(fd, pace, &self.trace);
            self.trace.record(|| Event::Accept {
                fd: self.number(),
                new_fd: client.number(),
                peer: peer.to_string(),
            });
            return Ok((client, peer));
        }
    }
}

/// accept(2) reports errors that already happened to the new connection (its NOTES section).
fn is_the_clients_fault(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(
            libc::ECONNABORTED
                | libc::EPERM
                | libc::EPROTO
                | libc::ENETDOWN
                | libc::ENETUNREACH
                | libc::EHOSTUNREACH
        )
    )
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
