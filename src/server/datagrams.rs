//! Requests that are datagrams: UDP and unix datagrams.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::net::{RecvFlags, recv};

use super::Transport;
use crate::net::{Addr, Kind, Listen, Socket};

/// The longest datagram of UDP, in bytes. One of unix(7) may be as long as its sender's buffer.
const LONGEST: usize = 65_535;

/// A datagram socket; each request is a [`Packet`].
#[derive(Debug)]
pub struct Datagrams {
    socket: Arc<Socket>,
    addr: Addr,
    buffer: Vec<u8>,
}

/// One datagram, and the way to answer it.
///
/// Python: `self.request`, the pair of data and socket.
#[derive(Debug)]
pub struct Packet {
    /// What came: all of it.
    pub data: Vec<u8>,
    from: Addr,
    socket: Arc<Socket>,
}

impl Packet {
    /// Sends `bytes` back to the sender. A full kernel buffer drops it, as the network might.
    ///
    /// # Errors
    /// Those of [`Socket::send_to`].
    pub fn reply(&self, bytes: &[u8]) -> io::Result<()> {
        match self.socket.send_to(bytes, &self.from) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            result => result.map(|_| ()),
        }
    }
}

impl Transport for Datagrams {
    type Request = Packet;

    fn bind(addr: &Addr, how: &Listen) -> io::Result<Self> {
        let mut socket = Socket::new(addr, Kind::Datagram, &how.trace)?;
        socket.bind_fresh(addr)?;
        socket.set_timeout(Some(Duration::ZERO))?;
        let addr = socket.local_addr()?;
        Ok(Datagrams { socket: Arc::new(socket), addr, buffer: vec![0; LONGEST] })
    }

    fn addr(&self) -> &Addr {
        &self.addr
    }

    fn get_request(&mut self) -> io::Result<(Packet, Addr)> {
        if self.addr.is_unix() {
            // MSG_TRUNC with MSG_PEEK: how long the next one is, without taking it.
            let (_, size) = recv(&self.socket, &mut [0u8; 0][..], RecvFlags::PEEK | RecvFlags::TRUNC)?;
            self.buffer.resize(size.max(self.buffer.len()), 0);
        }
        let Some(datagram) = self.socket.recv_from(&mut self.buffer)? else {
            return Err(io::ErrorKind::WouldBlock.into());
        };
        let data = self.buffer[..datagram.bytes].to_vec();
        let packet = Packet { data, from: datagram.from.clone(), socket: Arc::clone(&self.socket) };
        Ok((packet, datagram.from))
    }

    fn shutdown_request(_: Packet) {}
}

impl AsFd for Datagrams {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
