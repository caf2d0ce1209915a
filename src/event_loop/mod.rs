//! One thread, many clients: connections, output queues and timers over a [`Selector`].
//!
//! You ask for the next [`Event`] and react; the loop does the waiting:
//!
//! ```
//! use netkit::event_loop::{Event, EventLoop, Options};
//! use netkit::net::{Listen, Listener};
//! use netkit::sys::Stop;
//!
//! let stop = Stop::new()?;
//! let mut events: EventLoop = EventLoop::new(Options::default())?;
//! events.listen(Listener::bind(&"127.0.0.1:0".parse()?, &Listen::default())?)?;
//! events.watch(&stop)?;
//! stop.request(); // so that this example ends
//! let mut buffer = vec![0; 16 * 1024];
//! loop {
//!     match events.next_event(&mut buffer)? {
//!         Event::Received { id, bytes } => { events.send(id, bytes); } // an echo server
//!         Event::Ended { id } => events.finish(id),
//!         Event::Stopped => break,
//!         _ => {}
//!     }
//! }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! What it promises:
//!
//! - Nothing you do with a connection waits. What the kernel does not take now is queued and sent
//!   when there is room; the socket is watched for writing only while something is queued.
//! - A client that does not read is not read from: above [`Options::queue`] bytes queued, receiving
//!   from it pauses until half of that is left (backpressure).
//! - A client that has said everything (half-close) still gets every byte that is queued for it.
//! - A connection that is gone swallows what is sent to it; its [`Event::Closed`] is on its way,
//!   exactly one for each [`Event::Opened`].
//! - At the limit of descriptors accepting pauses until a connection has gone: no client is lost
//!   and nothing spins.
//! - After a stop, listeners close at once, idle connections too; queued replies, and connections with bytes
//!   unread or unsent in the kernel, get 0.8 s.
//!
//! Python: `asyncio`'s transports and protocols, in a hundredth of the size; 000's and 001's
//! `select` loops, with their mistakes mended.
//!
//! [`Selector`]: crate::selector::Selector

mod connection;
mod event;
mod handle;
mod queue;
mod run;
mod timers;

pub use event::{Event, Options};
pub use run::EventLoop;
