//! Requests that are connections: TCP and unix streams.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use super::Transport;
use crate::net::{Addr, Listen, Listener, Socket};

/// A listener; each request is a connected [`Socket`].
///
/// The socket blocks. When the server is shut down, a receive on it reports the end of the stream.
#[derive(Debug)]
pub struct Stream {
    listener: Listener,
}

impl Transport for Stream {
    type Request = Socket;

    fn bind(addr: &Addr, how: &Listen) -> io::Result<Self> {
        let mut listener = Listener::bind(addr, how)?;
        listener.never_wait()?;
        Ok(Stream { listener })
    }

    fn addr(&self) -> &Addr {
        self.listener.addr()
    }

    fn get_request(&mut self) -> io::Result<(Socket, Addr)> {
        match self.listener.accept()? {
            Some(accepted) => Ok(accepted),
            None => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn shutdown_request(request: Socket) {
        request.close();
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}
