//! The grader's own end of a connection. Every call has a deadline, and what goes wrong is a [`Failure`] that tells it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown, sockopt};

use crate::{Deadline, Failure, Subject, proc};

mod bulk;
mod expect;
mod udp;

pub use udp::UdpPeer;

/// What is remembered of what was sent, for the message of a failure.
const REMEMBERED: usize = 64 << 10;

/// One end of a TCP or Unix connection whose other end is the subject.
///
/// - Each wait ends soon, and in any case at the deadline given at the beginning.
/// - Each [`connect`](Peer::connect) comes from a fresh port.
/// - Dropping it closes it; [`reset`](Peer::reset) breaks it off.
#[derive(Debug)]
pub struct Peer {
    socket: OwnedFd,
    /// Our address and the subject's; none for a Unix socket.
    addresses: Option<(SocketAddr, SocketAddr)>,
    deadline: Deadline,
    sent: Vec<u8>,
    subject: Option<(Rc<Subject>, Duration)>,
}

impl Peer {
    /// Connects to a TCP server.
    ///
    /// # Errors
    /// When it is refused or not completed in time.
    pub fn connect(server: SocketAddr, deadline: Deadline) -> Result<Peer, Failure> {
        let stream =
            TcpStream::connect_timeout(&server, deadline.soon().left().max(Duration::from_millis(1)))
                .map_err(|error| Failure::new(format!("cannot connect to {server}: {error}")))?;
        Peer::from_tcp(stream, deadline)
    }

    /// Connects to a server on a Unix socket.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn connect_unix(path: &Path, deadline: Deadline) -> Result<Peer, Failure> {
        let stream = UnixStream::connect(path)
            .map_err(|error| Failure::new(format!("cannot connect to unix:{}: {error}", path.display())))?;
        Ok(Peer { socket: stream.into(), addresses: None, deadline, sent: Vec::new(), subject: None })
    }

    fn from_tcp(stream: TcpStream, deadline: Deadline) -> Result<Peer, Failure> {
        // Each send is a packet of its own: checks mean their pieces.
        stream.set_nodelay(true)?;
        let addresses = Some((stream.local_addr()?, stream.peer_addr()?));
        Ok(Peer { socket: stream.into(), addresses, deadline, sent: Vec::new(), subject: None })
    }

    /// Names the subject, whose state then explains a wait in vain.
    #[must_use]
    pub fn to_subject(mut self, subject: &Rc<Subject>) -> Peer {
        self.subject = Some((Rc::clone(subject), subject.cpu_time()));
        self
    }

    /// The same connection with another deadline.
    #[must_use]
    pub fn until(mut self, deadline: Deadline) -> Peer {
        self.deadline = deadline;
        self
    }

    /// Our own address, as the subject sees it; `-` for a Unix socket.
    #[must_use]
    pub fn name(&self) -> String {
        self.addresses.map_or("-".into(), |(own, _)| own.to_string())
    }

    /// Sends one byte out of band: TCP's urgent data, an exceptional condition for select.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send_urgent(&mut self, byte: u8) -> Result<(), Failure> {
        self.sent.push(byte);
        match send(&self.socket, &[byte], SendFlags::NOSIGNAL | SendFlags::OOB) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.explained(format!("cannot send a byte out of band ({error})"))),
        }
    }

    /// Sends all of it.
    ///
    /// # Errors
    /// When the subject closes or resets the connection before it has taken everything, or the deadline passes.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let room = REMEMBERED.saturating_sub(self.sent.len());
        self.sent.extend(&bytes[..bytes.len().min(room)]);
        match self.push(bytes) {
            Ok(()) => Ok(()),
            Err(Errno::TIMEDOUT) => Err(self.in_vain("the program did not take all that was sent to it")),
            Err(error) => {
                let error = io::Error::from(error);
                let why =
                    format!("the program closed the connection while the grader was still sending ({error})");
                // It may have said why.
                Err(self.cut_off(why).received(&self.already_there()))
            }
        }
    }

    /// Sends the pieces one by one, each after the program has read the one before, so that it really meets them apart.
    ///
    /// A program that does not read (it may have heard enough) is not waited for longer than a moment, once.
    ///
    /// # Errors
    /// As [`send`](Peer::send).
    pub fn send_pieces<'a>(&mut self, pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<(), Failure> {
        let mut reads = true;
        for (number, piece) in pieces.into_iter().enumerate() {
            reads = reads && (number == 0 || self.wait_until_read());
            self.send(piece)?;
        }
        Ok(())
    }

    /// Waits a moment until everything sent so far was read; says whether it was.
    #[must_use]
    pub fn wait_until_read(&self) -> bool {
        let Some((own, server)) = self.addresses else { return true };
        let moment = self.deadline.at_most(Duration::from_millis(300));
        crate::until(moment, || proc::unread(server, own).is_none_or(|bytes| bytes == 0))
    }

    /// Says that we send no more; the program reads EOF and can still reply.
    pub fn half_close(&self) {
        // On a connection that is already broken there is nothing left to close.
        let _ = shutdown(&self.socket, Shutdown::Write);
    }

    /// Breaks the connection off: the program's next call on it fails with ECONNRESET.
    pub fn reset(self) {
        let _ = sockopt::set_socket_linger(&self.socket, Some(Duration::ZERO));
    }

    /// Whether something can be read at once: bytes, or the end.
    #[must_use]
    pub fn has_something(&self) -> bool {
        self.wait_within(PollFlags::IN, Duration::ZERO)
    }

    /// Whether the program has hung up already. Bytes that it said before are taken and thrown away.
    #[must_use]
    pub fn is_hung_up(&self) -> bool {
        let mut buffer = [0; 4096];
        loop {
            match recv(&self.socket, &mut buffer[..], RecvFlags::DONTWAIT) {
                Ok((0, _)) => return true,
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return error != Errno::AGAIN,
            }
        }
    }

    /// Whether the connection becomes ready for something before the deadline.
    fn wait_for(&self, interest: PollFlags) -> bool {
        self.wait_within(interest, self.deadline.soon().left())
    }

    fn wait_within(&self, interest: PollFlags, time: Duration) -> bool {
        let deadline = self.deadline.at_most(time);
        loop {
            let left = deadline.left();
            let timeout =
                Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
            match poll(&mut [PollFd::new(&self.socket, interest)], Some(&timeout)) {
                Err(Errno::INTR) => {}
                Ok(0) | Err(_) => return false,
                Ok(_) => return true,
            }
        }
    }

    fn push(&self, mut bytes: &[u8]) -> Result<(), Errno> {
        while !bytes.is_empty() {
            match send(&self.socket, bytes, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno::AGAIN) if self.wait_for(PollFlags::OUT) => {}
                Err(Errno::AGAIN) => return Err(Errno::TIMEDOUT),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// A failure of this connection, with what was sent on it and what the subject printed.
    fn explained(&self, why: impl Into<String>) -> Failure {
        let failure = Failure::new(why);
        let failure = if self.sent.is_empty() { failure } else { failure.sent(&self.sent) };
        match &self.subject {
            Some((subject, _)) => subject.explain(failure),
            None => failure,
        }
    }

    /// The same where the program has ended the connection: perhaps because it ends itself.
    fn cut_off(&self, why: impl Into<String>) -> Failure {
        if let Some((subject, _)) = &self.subject {
            let _ = subject.is_ending();
        }
        self.explained(why)
    }

    /// A failure of waiting, with what the subject did meanwhile.
    fn in_vain(&self, why: &str) -> Failure {
        let failure = Failure::new(format!("{why} in time"));
        let failure = if self.sent.is_empty() { failure } else { failure.sent(&self.sent) };
        match &self.subject {
            Some((subject, cpu_before)) => subject.explain_wait(failure, *cpu_before),
            None => failure,
        }
    }
}

/// The grader as a server, for subjects that are clients.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Listens on a free port of the loopback.
    ///
    /// # Errors
    /// When there is none.
    pub fn open() -> Result<Listener, Failure> {
        Ok(Listener(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?))
    }

    /// The address to connect to.
    ///
    /// # Errors
    /// Never seen; the kernel may refuse.
    pub fn address(&self) -> Result<SocketAddr, Failure> {
        Ok(self.0.local_addr()?)
    }

    /// Waits for the subject to connect.
    ///
    /// # Errors
    /// When it does not before the deadline.
    pub fn accept(&self, subject: &Rc<Subject>, deadline: Deadline) -> Result<Peer, Failure> {
        self.0.set_nonblocking(true)?;
        let mut accepted = None;
        crate::until(deadline, || {
            accepted = self.0.accept().ok();
            accepted.is_some() || !subject.is_alive()
        });
        match accepted {
            Some((stream, _)) => {
                stream.set_nonblocking(false)?;
                Ok(Peer::from_tcp(stream, deadline)?.to_subject(subject))
            }
            None => {
                Err(subject.explain_wait(Failure::new("the program did not connect"), subject.cpu_time()))
            }
        }
    }
}
