//! One client of the loop.

use std::io;
use std::time::Instant;

use super::queue::Queue;
use crate::net::{Addr, Socket};
use crate::selector::Interest;
use crate::trace::Direction;

/// A connection and what is still to be done for it.
pub(super) struct Connection<D> {
    pub(super) socket: Socket,
    pub(super) peer: Addr,
    pub(super) data: D,
    pub(super) queue: Queue,
    /// What the selector watches it for.
    pub(super) watched: Interest,
    /// The peer will send no more.
    pub(super) has_ended: bool,
    /// Receiving pauses until the queue is shorter.
    pub(super) is_paused: bool,
    /// We will send no more than what is queued.
    pub(super) is_finishing: bool,
    /// We have said goodbye; what still comes is thrown away.
    pub(super) is_draining: bool,
    /// The peer has sent a byte out of band, at whose place in the stream a receive stops.
    pub(super) had_out_of_band: bool,
    pub(super) deadline: Option<Instant>,
    /// The earliest entry in the timers that looks at this connection.
    pub(super) looked_at: Option<Instant>,
}

impl<D: Default> Connection<D> {
    pub(super) fn new(socket: Socket, peer: Addr) -> Self {
        Connection {
            socket,
            peer,
            data: D::default(),
            queue: Queue::default(),
            watched: Interest::READ | Interest::PRIORITY,
            has_ended: false,
            is_paused: false,
            is_finishing: false,
            is_draining: false,
            had_out_of_band: false,
            deadline: None,
            looked_at: None,
        }
    }

    /// What it should be watched for now.
    pub(super) fn interest(&self) -> Interest {
        let mut interest = Interest::NONE;
        if !self.has_ended && !self.is_paused {
            interest = interest | Interest::READ | Interest::PRIORITY;
        }
        if !self.queue.is_empty() {
            interest = interest | Interest::WRITE;
        }
        interest
    }

    // ANCHOR: send
    /// Sends `bytes` behind what is queued; returns how many the kernel took now.
    pub(super) fn send(&mut self, bytes: &[u8], limit: usize) -> io::Result<usize> {
        let mut sent = 0;
        if self.queue.is_empty() {
            match self.socket.send(bytes) {
                Ok(taken) => sent = taken,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        if sent < bytes.len() {
            self.queue.push(&bytes[sent..]);
            self.is_paused |= self.queue.len() > limit;
        }
        Ok(sent)
    }
    // ANCHOR_END: send

    /// Sends what is queued; returns how many bytes the kernel took.
    pub(super) fn flush(&mut self, limit: usize) -> io::Result<usize> {
        let mut sent = 0;
        while !self.queue.is_empty() {
            match self.socket.send(self.queue.waiting()) {
                Ok(taken) => {
                    self.queue.taken(taken);
                    sent += taken;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        if self.queue.len() <= limit / 2 {
            self.is_paused = false;
        }
        Ok(sent)
    }

    /// Whether nothing is left to be done for it but to be closed.
    ///
    /// Says goodbye when everything is sent: then only the peer's end is waited for.
    pub(super) fn is_done(&mut self) -> bool {
        if !self.is_finishing || !self.queue.is_empty() {
            return false;
        }
        // A shutdown that fails says that the peer is gone already.
        if !self.has_ended && !self.is_draining && self.socket.shutdown(Direction::Write).is_ok() {
            self.is_draining = true;
            self.is_paused = false;
        }
        self.has_ended || !self.is_draining
    }
}
