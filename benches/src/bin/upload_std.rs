//! Takes uploads in lesson 6's framing with the standard library: header line, `ready`, content,
//! `ok`. No names checked, no temporary file: only the bytes.
//!
//! `--dir DIR` and a way: `--copy` (std::io::copy), `--hash` (the loop with SHA-256), else a loop of
//! 256 KiB.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Bytes taken with one read.
const PIECE: usize = 256 * 1024;

fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(benches::argument("--dir").unwrap_or_default());
    let listener = TcpListener::bind(benches::addr_argument()?)?;
    benches::ready(listener.local_addr()?)?;
    for client in listener.incoming() {
        receive(client?, &folder)?;
    }
    Ok(())
}

fn receive(mut client: TcpStream, folder: &Path) -> anyhow::Result<()> {
    let mut header = Vec::new();
    let mut byte = [0];
    while byte != *b"\n" && client.read(&mut byte)? > 0 {
        header.extend(byte);
    }
    let header = String::from_utf8(header)?;
    let Some((name, size)) = header.trim_end().split_once('|') else { return Ok(()) };
    let size = size.parse()?;
    let mut file = File::create(folder.join(name))?;
    client.write_all(b"ready\n")?;
    let answer = if benches::has_flag("--copy") {
        io::copy(&mut (&client).take(size), &mut file)?;
        "ok\n".to_string()
    } else {
        copy(&mut client, &mut file, size, benches::has_flag("--hash"))?
    };
    Ok(client.write_all(answer.as_bytes())?)
}

fn copy(client: &mut TcpStream, file: &mut File, size: u64, hashes: bool) -> io::Result<String> {
    let mut buffer = vec![0; PIECE];
    let mut hash = Sha256::new();
    let mut left = size;
    while left > 0 {
        let most = left.min(PIECE as u64) as usize;
        let received = match client.read(&mut buffer[..most])? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            received => received,
        };
        if hashes {
            hash.update(&buffer[..received]);
        }
        file.write_all(&buffer[..received])?;
        left -= received as u64;
    }
    Ok(if hashes { format!("ok {:x}\n", hash.finalize()) } else { "ok\n".to_string() })
}
