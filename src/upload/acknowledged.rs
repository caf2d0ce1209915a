//! The documents' way: one receive is the header, an acknowledgement is the framing. It fails; that
//! is what it is kept for. (The names are checked all the same.)

use std::io::{self, Read};
use std::path::Path;

use super::send::regular;
use super::{Header, Inbox, Stored};
use crate::net::Socket;

/// Bytes taken with one receive, as in the documents.
const PIECE: usize = 1024;

/// What the server answers to a header, whatever it is.
const ACKNOWLEDGED: &[u8] = b"nothing";

/// Receives files as the documents do; `told` hears of each that is stored.
///
/// One receive is taken for one header (`name|size` or `cmd|name|size`). The last receive of a file
/// may hold the beginning of the next header: those bytes are lost, and the next header with them.
///
/// # Errors
/// `InvalidData` when what came is no header; those of [`receive`](super::receive).
pub fn receive_acknowledged(
    client: &Socket,
    inbox: &Inbox,
    mut told: impl FnMut(&Stored) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = [0; PIECE];
    loop {
        let received = client.recv(&mut buffer)?;
        if received == 0 {
            return Ok(());
        }
        let line = &buffer[..received];
        // Three fields: the first one is a command that nobody looks at.
        let bars = line.iter().filter(|&&byte| byte == b'|').count();
        let line = match line.iter().position(|&byte| byte == b'|') {
            Some(bar) if bars == 2 => &line[bar + 1..],
            _ => line,
        };
        let opened = Header::parse(line).and_then(|header| Ok((inbox.open(&header)?, header)));
        let (mut incoming, header) =
            opened.map_err(|refusal| io::Error::new(io::ErrorKind::InvalidData, refusal))?;
        client.send_all(ACKNOWLEDGED)?;
        let mut left = header.size;
        while left > 0 {
            let received = client.recv(&mut buffer)?;
            if received == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // What is over belongs to the next header, and is thrown away here.
            let content = received.min(usize::try_from(left).unwrap_or(usize::MAX));
            incoming.write(&buffer[..content])?;
            left -= content as u64;
        }
        incoming.finish()?;
        told(&Stored { name: header.name, size: header.size })?;
    }
}

/// Sends one file as the documents do: header, wait for any answer, content. Nobody confirms it.
///
/// # Errors
/// `UnexpectedEof` when the server closes instead of answering; those of the socket and the file.
pub fn send_acknowledged(server: &Socket, path: &Path, mut told: impl FnMut(u64)) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name =
        name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the file has no name in UTF-8"))?;
    let (mut file, size) = regular(path)?;
    server.send_all(format!("{name}|{size}").as_bytes())?;
    let mut buffer = [0; PIECE];
    if server.recv(&mut buffer)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        server.send_all(&buffer[..count])?;
        told(count as u64);
    }
}
