//! The grader's own end of an exchange of datagrams.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::rc::Rc;
use std::time::Duration;

use crate::{Deadline, Failure, Subject};

/// How long is waited before it is asked whether the subject still runs: no datagram tells that it has ended.
const GLANCE: Duration = Duration::from_millis(100);

/// A UDP socket on a fresh port of the loopback.
#[derive(Debug)]
pub struct UdpPeer {
    socket: UdpSocket,
    deadline: Deadline,
    sent: Vec<u8>,
    subject: Option<(Rc<Subject>, Duration)>,
}

impl UdpPeer {
    /// Opens a socket of the same family as `other`.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn open(other: IpAddr, deadline: Deadline) -> Result<UdpPeer, Failure> {
        let own =
            if other.is_ipv6() { IpAddr::V6(Ipv6Addr::LOCALHOST) } else { IpAddr::V4(Ipv4Addr::LOCALHOST) };
        Ok(UdpPeer { socket: UdpSocket::bind((own, 0))?, deadline, sent: Vec::new(), subject: None })
    }

    /// Names the subject, whose state then explains a wait in vain.
    #[must_use]
    pub fn to_subject(mut self, subject: &Rc<Subject>) -> UdpPeer {
        self.subject = Some((Rc::clone(subject), subject.cpu_time()));
        self
    }

    /// Our own address, as the subject sees it.
    ///
    /// # Errors
    /// Never seen; the kernel may refuse.
    pub fn address(&self) -> Result<SocketAddr, Failure> {
        Ok(self.socket.local_addr()?)
    }

    /// Sends one datagram, which may be empty.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn send(&mut self, to: SocketAddr, datagram: &[u8]) -> Result<(), Failure> {
        self.sent = datagram.to_vec();
        match self.socket.send_to(datagram, to) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.explained(&format!("cannot send to {to}: {error}"))),
        }
    }

    /// Waits for one datagram.
    ///
    /// # Errors
    /// When none comes before the deadline, or none is there and the subject has ended.
    pub fn receive(&mut self) -> Result<(Vec<u8>, SocketAddr), Failure> {
        let mut buffer = vec![0; 65536];
        let deadline = self.deadline.soon();
        loop {
            // Asked first: what it has sent before its end is there when we look.
            let ended = self.subject.as_ref().is_some_and(|(subject, _)| !subject.is_alive());
            self.socket.set_read_timeout(deadline.at_most(GLANCE).socket_timeout())?;
            match self.socket.recv_from(&mut buffer) {
                Ok((count, from)) => {
                    buffer.truncate(count);
                    return Ok((buffer, from));
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if ended {
                        return Err(self.explained("no datagram came, and the program has ended"));
                    }
                    if deadline.passed() {
                        return Err(self.explained("no datagram came from the program in time"));
                    }
                }
                Err(error) => return Err(self.explained(&format!("cannot receive: {error}"))),
            }
        }
    }

    /// Waits for exactly this datagram from the program at `from`.
    ///
    /// # Errors
    /// When another one comes, or from another address, or none.
    pub fn expect(&mut self, from: SocketAddr, expected: &[u8]) -> Result<(), Failure> {
        let (received, source) = self.receive()?;
        if received != expected {
            return Err(self.explained("the datagram is not the expected one").compared(&received, expected));
        }
        if source != from {
            return Err(
                self.explained(&format!("the reply came from {source}, but the question went to {from}"))
            );
        }
        Ok(())
    }

    /// The datagram that is already there, if any.
    ///
    /// # Errors
    /// When the kernel refuses to say.
    pub fn already_there(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut buffer = vec![0; 65536];
        self.socket.set_nonblocking(true)?;
        let received = self.socket.recv_from(&mut buffer).ok();
        self.socket.set_nonblocking(false)?;
        Ok(received.map(|(count, _)| buffer[..count].to_vec()))
    }

    fn explained(&self, why: &str) -> Failure {
        let failure = Failure::new(why).sent(&self.sent);
        match &self.subject {
            Some((subject, cpu_before)) => subject.explain_wait(failure, *cpu_before),
            None => failure,
        }
    }
}
