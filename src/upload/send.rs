//! The client's end.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::HEADER_LIMIT;
use super::pieces::{Found, Pieces};
use crate::framing::printable;
use crate::net::Socket;

/// Bytes read from the file at once.
const PIECE: usize = 256 * 1024;

/// Sends one file and checks the server's digest; `told` hears how many bytes have gone.
///
/// # Errors
/// `InvalidInput` for a path without a file name, or with a newline in it, and for what is no regular file;
/// `Other` with the server's words when it refuses, control characters escaped;
/// `InvalidData` when its digest is another one or the file changed meanwhile; `UnexpectedEof` when
/// it closes; those of the socket and the file.
pub fn send(server: &Socket, path: &Path, mut told: impl FnMut(u64)) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| invalid("the file has no name in UTF-8"))?;
    if name.contains('\n') {
        return Err(invalid("the file's name is two lines: its header would be two headers"));
    }
    let (mut file, size) = regular(path)?;
    let mut answers = Pieces::new();
    server.send_all(format!("{name}|{size}\n").as_bytes())?;
    expect(server, &mut answers, "ready")?;

    let mut hash = Sha256::new();
    let mut buffer = vec![0; PIECE];
    let mut left = size;
    while left > 0 {
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = file.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the file became shorter while it was sent",
            ));
        }
        hash.update(&buffer[..count]);
        server.send_all(&buffer[..count])?;
        left -= count as u64;
        told(count as u64);
    }
    expect(server, &mut answers, &format!("ok {:x}", hash.finalize()))
}

/// A file with its size. Only a regular one has a size that can be announced before it is read.
pub(super) fn regular(path: &Path) -> io::Result<(File, u64)> {
    // Looked at before it is opened: the open of a FIFO waits for a writer.
    if !fs::metadata(path)?.is_file() {
        return Err(invalid("it is no regular file"));
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

fn expect(server: &Socket, answers: &mut Pieces, wanted: &str) -> io::Result<()> {
    let line = match answers.line(server, HEADER_LIMIT)? {
        Found::Line(line) => String::from_utf8_lossy(&line).into_owned(),
        Found::TooLong => return Err(io::Error::new(io::ErrorKind::InvalidData, "the answer is too long")),
        Found::End => return Err(io::ErrorKind::UnexpectedEof.into()),
    };
    match line.strip_prefix("error: ") {
        _ if line == wanted => Ok(()),
        Some(why) => Err(io::Error::other(printable(why.as_bytes()))),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the server answered '{line}', not '{wanted}'"),
        )),
    }
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}
