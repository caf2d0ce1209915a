//! A framework for servers, after SocketServer: where requests come from × what to do with one ×
//! how to run that.
//!
//! | axis | choices |
//! |---|---|
//! | [`Transport`]: where from | [`Stream`] (TCP, unix), [`Datagrams`] (UDP, unix) |
//! | [`Handler`]: what to do | yours: `setup`, `handle`, `finish` |
//! | [`Dispatch`]: how to run it | [`Inline`], [`Threading`], [`Forking`], [`Pooled`] |
//!
//! One loop serves all combinations. A request passes these steps, in this order ([`Step`]):
//!
//! `serve_forever → get_request → verify_request → process_request → finish_request → setup →
//! handle → finish → shutdown_request → close_request`
//!
//! The dispatch decides only *where* `finish_request` and what follows runs: here, in a new thread,
//! in a new process, or in one of a fixed number of threads.
//!
//! ```
//! use netkit::net::{Addr, Socket};
//! use netkit::server::{Handler, TcpServer};
//!
//! struct Hello;
//! impl Handler<Socket> for Hello {
//!     fn handle(&self, client: &mut Socket, _: &Addr) -> std::io::Result<()> {
//!         Ok(client.send_all(b"hello\n")?)
//!     }
//! }
//!
//! let mut server = TcpServer::bind(&"127.0.0.1:0".parse()?, Hello)?;
//! let shutdown = server.shutdown_handle();
//! shutdown.shutdown(); // at any time, from any thread; here before it began
//! server.serve_forever()?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! What is better than in CPython's `socketserver`:
//!
//! - [`Shutdown::shutdown`] wakes the loop at once (no 0.5 s polling), may be called before, during
//!   and after serving, any number of times, and from a handler: it never deadlocks.
//! - Closing has a deadline: idle clients see the end of the stream; children are told to end.
//! - A handler or `verify_request` that panics costs its client and nobody else.
//! - The number of threads, children and workers is bounded; more clients wait in the queue.
//! - Children are collected by their own numbers; other children of the program are left alone.
//! - [`Forking`] refuses a program with several threads.
//!
//! Python: `socketserver`.

mod count;
mod datagrams;
mod dispatch;
mod forking;
mod handler;
mod pooled;
mod serve;
mod shutdown;
mod stream;
mod threading;
mod transport;
mod work;

pub use datagrams::{Datagrams, Packet};
pub use dispatch::{Dispatch, Inline, Started, Task};
pub use forking::Forking;
pub use handler::{Fault, Handler};
pub use pooled::Pooled;
pub use serve::Server;
pub use shutdown::Shutdown;
pub use stream::Stream;
pub use threading::Threading;
pub use transport::Transport;
pub use work::Step;

/// `socketserver.TCPServer`: one client at a time.
pub type TcpServer<H> = Server<Stream, H, Inline>;
/// `socketserver.ThreadingTCPServer`: a thread a client.
pub type ThreadingTcpServer<H> = Server<Stream, H, Threading>;
/// `socketserver.ForkingTCPServer`: a process a client.
pub type ForkingTcpServer<H> = Server<Stream, H, Forking>;
/// A fixed number of threads for all clients.
pub type PooledTcpServer<H> = Server<Stream, H, Pooled>;
/// `socketserver.UDPServer`.
pub type UdpServer<H> = Server<Datagrams, H, Inline>;
/// `socketserver.ThreadingUDPServer`.
pub type ThreadingUdpServer<H> = Server<Datagrams, H, Threading>;
/// `socketserver.UnixStreamServer`: give it a `unix:` address.
pub type UnixStreamServer<H> = Server<Stream, H, Inline>;
/// `socketserver.UnixDatagramServer`: give it a `unix:` address.
pub type UnixDatagramServer<H> = Server<Datagrams, H, Inline>;
