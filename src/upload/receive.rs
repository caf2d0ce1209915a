//! The server's end.

use std::io;

use sha2::{Digest, Sha256};

use super::pieces::{Found, Pieces};
use super::{HEADER_LIMIT, Header, Inbox, Refusal};
use crate::net::Socket;

/// A file that has arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name in the folder.
    pub name: String,
    /// Its bytes.
    pub size: u64,
}

/// Receives files from one client until it closes; `told` hears of each that is stored.
///
/// A refused header changes nothing on disk; the client is told why and may send another.
///
/// # Errors
/// Those of the socket (`TimedOut` when the client is silent); `UnexpectedEof` when it closes in the
/// middle of a file; those of writing the file (the client is told). The unfinished file is removed.
pub fn receive(
    client: &Socket,
    inbox: &Inbox,
    told: impl FnMut(&Stored) -> io::Result<()>,
) -> io::Result<()> {
    receive_files(client, inbox, true, told)
}

/// As [`receive`], without the digest: the answer to a file is `ok`, and nothing else. For a client
/// that compares for itself, or trusts TCP's checksum; the digest is most of what an upload costs.
///
/// # Errors
/// Those of [`receive`].
pub fn receive_unchecked(
    client: &Socket,
    inbox: &Inbox,
    told: impl FnMut(&Stored) -> io::Result<()>,
) -> io::Result<()> {
    receive_files(client, inbox, false, told)
}

fn receive_files(
    client: &Socket,
    inbox: &Inbox,
    with_digest: bool,
    mut told: impl FnMut(&Stored) -> io::Result<()>,
) -> io::Result<()> {
    let mut pieces = Pieces::new();
    loop {
        let header = match pieces.line(client, HEADER_LIMIT)? {
            Found::End => return Ok(()),
            Found::TooLong => Err(Refusal(format!("the header is over {HEADER_LIMIT} bytes"))),
            Found::Line(line) => Header::parse(&line),
        };
        let opened = header.and_then(|header| Ok((inbox.open(&header)?, header)));
        let (mut incoming, header) = match opened {
            Ok(opened) => opened,
            Err(refusal) => {
                client.send_all(format!("error: {refusal}\n").as_bytes())?;
                continue;
            }
        };
        client.send_all(b"ready\n")?;

        let mut hash = with_digest.then(Sha256::new);
        // ANCHOR: content
        let mut left = header.size;
        while left > 0 {
            let content = pieces.take(client, left)?;
            if content.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(hash) = &mut hash {
                hash.update(content);
            }
            incoming.write(content).map_err(|error| refuse(client, error))?;
            left -= content.len() as u64;
        }
        // ANCHOR_END: content
        incoming.finish().map_err(|error| refuse(client, error))?;
        let answer = match hash {
            Some(hash) => format!("ok {:x}\n", hash.finalize()),
            None => "ok\n".to_string(),
        };
        client.send_all(answer.as_bytes())?;
        told(&Stored { name: header.name, size: header.size })?;
    }
}

/// Tells the client what went wrong with the disk; the connection ends with it, because what the
/// client still sends of this file could not be told from a header.
fn refuse(client: &Socket, error: io::Error) -> io::Error {
    // If it cannot be told it sees the end of the stream instead.
    let _ = client.send_all(format!("error: the file cannot be stored: {error}\n").as_bytes());
    error
}
