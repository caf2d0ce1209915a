//! # The handlers
//!
//! You will learn: that a handler knows nothing of how it is run: these two work inline, in threads,
//! in processes and in a pool.
//! Run it: as part of `cargo run --bin lesson6 server`.
//! Python: a class with a `handle` method, derived from `BaseRequestHandler`.
//! Try: write a third one that answers with the time.

use std::io;
use std::time::Duration;

use netkit::net::{Addr, Socket};
use netkit::server::Handler;

use crate::call::talk;

/// How long a client may say nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// Bytes taken with one receive: one page of memory. A thread's stack is new memory, and the kernel
/// hands it out page by page: sixteen of them would cost as much as the rest of a short request.
const PIECE: usize = 4 * 1024;

/// Lesson 4's bot.
pub struct Ivr;

/// Sends everything back until the client has said everything.
pub struct Echo;

impl Handler<Socket> for Ivr {
    fn handle(&self, client: &mut Socket, _: &Addr) -> io::Result<()> {
        talk(client, SILENCE)
    }
}

// ANCHOR: echo
impl Handler<Socket> for Echo {
    fn handle(&self, client: &mut Socket, _: &Addr) -> io::Result<()> {
        client.set_timeout(Some(SILENCE))?;
        let mut buffer = [0; PIECE];
        loop {
            match client.recv(&mut buffer)? {
                0 => return Ok(()),
                received => client.send_all(&buffer[..received])?,
            }
        }
    }
}
// ANCHOR_END: echo
