//! Messages behind a length prefix.

use std::fmt;
use std::io;

/// Bytes of the length prefix: an unsigned 32-bit number, big-endian.
const PREFIX: usize = 4;

/// Cuts a stream of bytes into frames: four bytes of length (big-endian), then that many bytes.
///
/// - Call [`push`](Frames::push) with whatever arrived, then [`next_frame`](Frames::next_frame)
///   until it says `Ok(None)`.
/// - A frame may be empty.
/// - A length over the limit is refused as soon as its prefix is there, before a byte of it is
///   kept. The stream cannot be used after that: nobody knows where the next frame begins.
///
/// ```
/// use netkit::framing::Frames;
///
/// let mut wire = Vec::new();
/// Frames::encode(b"hi", &mut wire);
/// let mut frames = Frames::new(1024);
/// frames.push(&wire[..3]);
/// assert_eq!(frames.next_frame(), Ok(None)); // not complete yet
/// frames.push(&wire[3..]);
/// assert_eq!(frames.next_frame(), Ok(Some(b"hi".to_vec())));
/// ```
///
/// Python: `multiprocessing.connection`'s wire format begins the same way (`struct.pack("!i", n)`).
#[derive(Debug)]
pub struct Frames {
    limit: usize,
    buffer: Vec<u8>,
    start: usize,
}

/// A frame announced more bytes than the limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameError {
    /// The length that the peer announced, in bytes.
    pub announced: usize,
    /// The most that this decoder accepts, in bytes.
    pub limit: usize,
}

impl Frames {
    /// Makes a decoder for frames of at most `limit` bytes, the prefix not counted.
    pub fn new(limit: usize) -> Self {
        Frames { limit, buffer: Vec::new(), start: 0 }
    }

    /// Appends `payload` as one frame to `wire`.
    ///
    /// # Panics
    /// If the payload is longer than a 32-bit length can say (4 GiB): a mistake of the caller.
    pub fn encode(payload: &[u8], wire: &mut Vec<u8>) {
        assert!(payload.len() <= u32::MAX as usize, "a frame holds less than 4 GiB");
        wire.extend_from_slice(&(payload.len() as u32).to_be_bytes());
        wire.extend_from_slice(payload);
    }

    /// Takes the next bytes of the stream, in any amount.
    pub fn push(&mut self, bytes: &[u8]) {
        // Bytes already handed out make room first: the buffer never holds more than one
        // unfinished frame and what was just pushed.
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame, or `None` when more bytes are needed.
    ///
    /// # Errors
    /// [`FrameError`] when the peer announces more than the limit; every later call says so too.
    pub fn next_frame(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let waiting = &self.buffer[self.start..];
        let Some((prefix, rest)) = waiting.split_first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let announced = u32::from_be_bytes(*prefix) as usize;
        if announced > self.limit {
            return Err(FrameError { announced, limit: self.limit });
        }
        let Some(payload) = rest.get(..announced) else {
            return Ok(None);
        };
        let frame = payload.to_vec();
        self.start += PREFIX + announced;
        Ok(Some(frame))
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the peer announced a frame of {} bytes; the limit is {}", self.announced, self.limit)
    }
}

impl std::error::Error for FrameError {}

impl From<FrameError> for io::Error {
    fn from(error: FrameError) -> Self {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }
}
