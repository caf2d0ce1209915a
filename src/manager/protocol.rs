//! What handles and the server say to each other: one request, one reply.
//!
//! Keys and values are bytes here: only the handles know their types.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;

use rustix::net::sockopt::socket_peercred;
use rustix::process::geteuid;
use serde::{Deserialize, Serialize};

use super::ManagerError;

/// The longest request or reply, in bytes.
pub(super) const LIMIT: usize = 1 << 28;

/// Bytes before each message: its length.
const HEADER: usize = 4;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Request<'a> {
    NewDict,
    NewList,
    Dict(u64, #[serde(borrow)] DictRequest<'a>),
    List(u64, #[serde(borrow)] ListRequest<'a>),
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum DictRequest<'a> {
    Get(&'a [u8]),
    Set(&'a [u8], &'a [u8]),
    Remove(&'a [u8]),
    Contains(&'a [u8]),
    Len,
    /// Keys and values, one after the other, in the order in which the keys came in.
    Items,
    Clear,
    /// The function's number, the key, the arguments behind the value.
    Update(u32, &'a [u8], &'a [u8]),
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum ListRequest<'a> {
    Get(usize),
    Set(usize, &'a [u8]),
    Push(&'a [u8]),
    Remove(usize),
    Len,
    Items,
    Clear,
    Update(u32, usize, &'a [u8]),
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    Done,
    Number(u64),
    Value(#[serde(with = "bytes")] Vec<u8>),
    Values(Vec<Vec<u8>>),
    Error(ManagerError),
}

/// A vector of bytes as one run of bytes, not byte by byte.
mod bytes {
    use serde::de::{Deserializer, Visitor};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// One end of a connection, with its buffers.
pub(super) struct Line {
    stream: UnixStream,
    out: Vec<u8>,
    input: Vec<u8>,
}

impl Line {
    /// # Errors
    /// `PermissionDenied` when the other side belongs to another user: the kernel says whose it is.
    pub(super) fn new(stream: UnixStream) -> io::Result<Self> {
        if socket_peercred(&stream)?.uid != geteuid() {
            let why = "the other side of the manager's socket belongs to another user";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        Ok(Line { stream, out: Vec::new(), input: Vec::new() })
    }

    /// Sends one message.
    ///
    /// # Errors
    /// `InvalidInput` for one that is too long; `BrokenPipe`.
    pub(super) fn send<T: Serialize>(&mut self, message: &T) -> io::Result<()> {
        self.out.clear();
        self.out.extend_from_slice(&[0; HEADER]);
        let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidInput, why);
        crate::process::append(message, &mut self.out).map_err(|why| invalid(why.to_string()))?;
        let length = self.out.len() - HEADER;
        if length > LIMIT {
            return Err(invalid(format!("a message of {length} bytes; the limit is {LIMIT}")));
        }
        self.out[..HEADER].copy_from_slice(&(length as u32).to_ne_bytes());
        let sent = self.stream.write_all(&self.out);
        self.out.shrink_to(1 << 16);
        sent
    }

    /// Receives one message. `None`: the other side has closed.
    ///
    /// # Errors
    /// `UnexpectedEof` in the middle of one; `InvalidData` for a length over the limit.
    pub(super) fn receive(&mut self) -> io::Result<Option<&[u8]>> {
        // There is never more than one message on its way, so a read behind its end is impossible.
        self.input.resize(self.input.len().max(4096), 0);
        let mut filled = 0;
        let mut wanted = HEADER;
        loop {
            let received = match self.stream.read(&mut self.input[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result?,
            };
            match received {
                0 if filled == 0 => return Ok(None),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
            if let Some(header) = self.input[..filled].first_chunk::<HEADER>() {
                let length = u32::from_ne_bytes(*header) as usize;
                if length > LIMIT {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                wanted = HEADER + length;
                if filled >= wanted {
                    return Ok(Some(&self.input[HEADER..wanted]));
                }
            }
            let longest = self.input.len().max(wanted);
            self.input.resize(longest, 0);
        }
    }

    /// Gives back what a long message needed.
    pub(super) fn tidy(&mut self) {
        if self.input.len() > 1 << 16 {
            self.input = Vec::new();
        }
    }
}
