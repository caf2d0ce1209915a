//! What the grader reads, and what it makes of it.

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

use super::Peer;
use crate::Failure;

/// Said when a connection ends with ECONNRESET, the commonest surprise of lesson 1 and 2.
const RESET: &str = "the connection was reset (ECONNRESET) instead of ended: a program that closes while bytes of its peer \
     lie unread makes the kernel break the connection off, and the reply may be lost with it";

/// Said when the program has ended: the kernel resets what it had not closed, and those who still waited for accept.
const ENDED: &str = "the connection was reset (ECONNRESET): the program has ended";

impl Peer {
    /// Reads what is there, at least one byte; empty at the end.
    ///
    /// # Errors
    /// When the connection is reset or nothing comes before the deadline.
    pub fn read_some(&mut self) -> Result<Vec<u8>, Failure> {
        self.read_at_most(64 << 10)
    }

    /// Reads as many bytes as `expected` has and compares them. What follows them stays for the next call.
    ///
    /// # Errors
    /// When something else comes, or the connection ends, or the deadline passes.
    pub fn expect(&mut self, expected: &[u8]) -> Result<(), Failure> {
        let mut received = Vec::new();
        while received.len() < expected.len() && expected.starts_with(&received) {
            match self.read_at_most(expected.len() - received.len()) {
                Ok(bytes) if bytes.is_empty() => {
                    let failure = self.cut_off("the connection ended before the whole reply had come");
                    return Err(failure.compared(&received, expected));
                }
                Ok(bytes) => received.extend(bytes),
                Err(failure) => return Err(failure.compared(&received, expected)),
            }
        }
        if received == expected {
            return Ok(());
        }
        received.extend(self.already_there());
        Err(self.explained("the reply is not the expected one").compared(&received, expected))
    }

    /// Expects that the program ends the connection cleanly and without another byte.
    ///
    /// # Errors
    /// When more comes, or a reset, or nothing before the deadline.
    pub fn expect_eof(&mut self) -> Result<(), Failure> {
        match self.read_some() {
            Ok(bytes) if bytes.is_empty() => Ok(()),
            Ok(bytes) => {
                Err(self.explained("more came where the connection should have ended").received(&bytes))
            }
            Err(failure) => Err(failure.when("the end of the connection was waited for")),
        }
    }

    /// The same, where the client has ended its own direction before: `after` says what came until then.
    ///
    /// # Errors
    /// As [`expect_eof`](Peer::expect_eof).
    pub(crate) fn expect_eof_too(&mut self, after: &str) -> Result<(), Failure> {
        if self.wait_for(PollFlags::IN) {
            return self.expect_eof();
        }
        Err(self.in_vain(&format!(
            "{after}; then the client ended its direction (EOF), and the server did not close the connection"
        )))
    }

    /// Expects exactly these bytes and then a clean end: nothing more, no reset.
    ///
    /// # Errors
    /// When it is otherwise.
    pub fn expect_all(&mut self, expected: &[u8]) -> Result<(), Failure> {
        let mut received = Vec::new();
        loop {
            match self.read_some() {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => received.extend(bytes),
                Err(failure) if received == expected => {
                    return Err(failure.when(
                        "the whole reply came, and behind it the end of the connection is waited for",
                    ));
                }
                Err(failure) => return Err(failure.compared(&received, expected)),
            }
            if received.len() > expected.len() + 4096 {
                break;
            }
        }
        if received == expected {
            return Ok(());
        }
        Err(self.cut_off("the reply is not the expected one").compared(&received, expected))
    }

    /// Reads to the end, but no more than `limit` bytes.
    ///
    /// # Errors
    /// When the connection is reset, or does not end before the deadline or the limit.
    pub fn read_to_end(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut received = Vec::new();
        loop {
            match self.read_some() {
                Ok(bytes) if bytes.is_empty() => return Ok(received),
                Ok(bytes) => received.extend(bytes),
                Err(failure) => return Err(failure.received(&received)),
            }
            if received.len() > limit {
                return Err(self.explained(format!("more than {limit} bytes came")).received(&received));
            }
        }
    }

    /// Waits until the program has hung up, however it does that: for peers that have broken the rules first.
    ///
    /// # Errors
    /// When the connection is still open at the deadline.
    pub fn expect_hang_up(&mut self) -> Result<(), Failure> {
        let mut buffer = [0; 4096];
        loop {
            match recv(&self.socket, &mut buffer[..], RecvFlags::DONTWAIT) {
                Ok((0, _)) => return Ok(()),
                Ok(_) | Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if self.wait_for(PollFlags::IN) => {}
                Err(Errno::AGAIN) => return Err(self.in_vain("the program did not hang up")),
                Err(_) => return Ok(()),
            }
        }
    }

    /// What can be read without waiting, to be shown beside what was wrong.
    pub(crate) fn already_there(&self) -> Vec<u8> {
        let mut buffer = vec![0; 4096];
        let count = recv(&self.socket, &mut buffer[..], RecvFlags::DONTWAIT).map_or(0, |(count, _)| count);
        buffer.truncate(count);
        buffer
    }

    /// What a reset means depends on whether the program lives; it may be ending just now.
    fn reset_by_program(&self) -> Failure {
        let ended = self.subject.as_ref().is_some_and(|(subject, _)| subject.is_ending());
        self.explained(if ended { ENDED } else { RESET })
    }

    /// Reads what is there, from one byte to `count` of them; empty at the end.
    pub(crate) fn read_at_most(&mut self, count: usize) -> Result<Vec<u8>, Failure> {
        let mut buffer = vec![0; count];
        loop {
            match recv(&self.socket, &mut buffer[..], RecvFlags::DONTWAIT) {
                Ok((count, _)) => {
                    buffer.truncate(count);
                    return Ok(buffer);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if self.wait_for(PollFlags::IN) => {}
                Err(Errno::AGAIN) => return Err(self.in_vain("nothing (more) came from the program")),
                Err(Errno::CONNRESET) => return Err(self.reset_by_program()),
                Err(error) => return Err(std::io::Error::from(error).into()),
            }
        }
    }
}
