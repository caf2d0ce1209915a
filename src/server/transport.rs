//! Where requests come from.

use std::io;
use std::os::fd::AsFd;

use crate::net::{Addr, Listen};

/// A source of requests: a listener whose requests are connections, or a socket whose requests are
/// datagrams.
pub trait Transport: AsFd + Sized {
    /// What a handler gets.
    type Request: Send + 'static;

    /// Makes the socket, binds it and gets ready.
    ///
    /// # Errors
    /// Those of [`Socket::bind`](crate::net::Socket::bind) and listen(2); nothing stays open.
    ///
    /// Python: `server_bind`, `server_activate`.
    fn bind(addr: &Addr, how: &Listen) -> io::Result<Self>;

    /// The address in force.
    fn addr(&self) -> &Addr;

    /// Takes the next request, without waiting.
    ///
    /// # Errors
    /// `WouldBlock` when there is none; a shortage
    /// ([`Listener::is_shortage`](crate::net::Listener::is_shortage)) when it has to wait.
    ///
    /// Python: `get_request`.
    fn get_request(&mut self) -> io::Result<(Self::Request, Addr)>;

    /// Ends a request so that the client gets all that was sent to it.
    ///
    /// Python: `shutdown_request`, which calls `close_request`.
    fn shutdown_request(request: Self::Request);
}
