//! A stream that is lines in one place and plain bytes in another.

use std::io;

use crate::net::Socket;

/// Bytes taken with one receive: few system calls, little memory.
const PIECE: usize = 256 * 1024;

/// What has been received and not yet used.
pub(super) struct Pieces {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

/// What [`Pieces::line`] found.
pub(super) enum Found {
    Line(Vec<u8>),
    /// A line went over the limit. It has been dropped up to its newline.
    TooLong,
    /// The stream has ended, perhaps within a line.
    End,
}

impl Pieces {
    pub(super) fn new() -> Self {
        Pieces { buffer: vec![0; PIECE], start: 0, end: 0 }
    }

    fn waiting(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Receives more behind what is here; 0 at the end of the stream.
    fn receive(&mut self, socket: &Socket) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let received = socket.recv(&mut self.buffer[self.end..])?;
        self.end += received;
        Ok(received)
    }

    /// The next line, without its newline, of at most `limit` bytes.
    pub(super) fn line(&mut self, socket: &Socket, limit: usize) -> io::Result<Found> {
        let mut too_long = false;
        loop {
            if let Some(length) = self.waiting().iter().position(|&byte| byte == b'\n') {
                let line = self.waiting()[..length].to_vec();
                self.start += length + 1;
                return Ok(if too_long || length > limit { Found::TooLong } else { Found::Line(line) });
            }
            if too_long || self.waiting().len() > limit {
                too_long = true;
                self.start = self.end;
            }
            if self.receive(socket)? == 0 {
                return Ok(Found::End);
            }
        }
    }

    /// Up to `most` bytes of content; none at the end of the stream.
    pub(super) fn take(&mut self, socket: &Socket, most: u64) -> io::Result<&[u8]> {
        if self.start == self.end && self.receive(socket)? == 0 {
            return Ok(&[]);
        }
        let count = most.min((self.end - self.start) as u64) as usize;
        let begin = self.start;
        self.start += count;
        Ok(&self.buffer[begin..begin + count])
    }
}
