//! The client's way to a connection.

use std::io;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net;

use super::pace::AtStop;
use super::socket::failure;
use super::{Addr, Kind, Socket};
use crate::trace::{Event, Trace};

/// How to connect.
#[derive(Debug, Clone, Default)]
pub struct Connect {
    /// The limit of the connect and of every later call; `None`: no limit.
    pub timeout: Option<Duration>,
    /// Where the calls are recorded.
    pub trace: Trace,
}

/// Makes a stream socket and connects it to `addr`.
///
/// # Errors
/// `ConnectionRefused` when nobody listens there, `TimedOut`, `NotFound` for a unix path that is
/// not there, and those of socket(2).
///
/// ```
/// use netkit::net::{Connect, Listen, Listener, connect};
///
/// let listener = Listener::bind(&"127.0.0.1:0".parse()?, &Listen::default())?;
/// let client = connect(listener.addr(), &Connect::default())?;
/// assert_eq!(client.peer_addr()?, *listener.addr());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `socket.create_connection`.
pub fn connect(addr: &Addr, how: &Connect) -> io::Result<Socket> {
    let mut socket = Socket::new(addr, Kind::Stream, &how.trace)?;
    socket.set_timeout(how.timeout)?;
    socket.connect(addr)?;
    Ok(socket)
}

impl Socket {
    /// Connects to `addr`: connect(2). On a datagram socket it only fixes the other side.
    ///
    /// # Errors
    /// `ConnectionRefused`, `TimedOut`, `NotFound` or `PermissionDenied` for a unix path. With a
    /// timeout of zero: `EINPROGRESS` (wait until it is writable, then
    /// [`take_error`](Socket::take_error)).
    ///
    /// Python: `connect`; `connect_ex` returns the error's number instead.
    pub fn connect(&self, addr: &Addr) -> io::Result<()> {
        let result = self.connect_in_time(addr);
        self.trace.record(|| Event::Connect {
            fd: self.number(),
            addr: addr.to_string(),
            from: self.local_addr().map(|addr| addr.to_string()).unwrap_or_default(),
            error: failure(&result),
        });
        result
    }

    fn connect_in_time(&self, addr: &Addr) -> io::Result<()> {
        let kernel = addr.to_kernel()?;
        match net::connect(&self.fd, &kernel) {
            Ok(()) => Ok(()),
            // The kernel goes on connecting after both: wait for the outcome, do not ask twice.
            Err(Errno::INPROGRESS | Errno::INTR) if self.pace.timeout != Some(Duration::ZERO) => {
                self.wait_for_connection()
            }
            Err(error) => Err(error.into()),
        }
    }

    fn wait_for_connection(&self) -> io::Result<()> {
        let mut waited = false;
        let deadline = self.pace.deadline();
        let outcome = self.pace.run(&self.fd, PollFlags::OUT, deadline, AtStop::End, || {
            // The first turn only starts the wait: writable means that the outcome is known.
            if std::mem::replace(&mut waited, true) { Ok(()) } else { Err(Errno::AGAIN) }
        })?;
        match outcome {
            Some(()) => self.take_error(),
            None => Err(io::ErrorKind::Interrupted.into()),
        }
    }
}
