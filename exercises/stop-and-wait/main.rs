//! stop-and-wait: a file through a network that loses. The task is in README.md; `cargo lab check stop-and-wait` looks at it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::UdpSocket;
use std::process::ExitCode;

/// Of the file, in a datagram, in bytes.
const PIECE: usize = 512;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["--addr", addr, "send", path] => send(addr, path),
        ["--addr", addr, "receive", path] => receive(addr, path),
        _ => Err(io::Error::other("use: --addr ADDR send FILE, --addr ADDR receive FILE")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stop-and-wait: {error}");
            ExitCode::FAILURE
        }
    }
}

fn send(addr: &str, path: &str) -> io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let bytes = fs::read(path)?;
    // The end is a piece without bytes.
    for (number, piece) in (0_u32..).zip(bytes.chunks(PIECE).chain([[].as_slice()])) {
        let datagram = [&number.to_be_bytes(), piece].concat();
        socket.send_to(&datagram, addr)?;
        // TODO: wait for the answer with this number (set_read_timeout). Again after 40 ms, 25 times at the most.
    }
    Ok(())
}

fn receive(addr: &str, path: &str) -> io::Result<()> {
    let socket = UdpSocket::bind(addr)?;
    let mut file = File::create(path)?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 4 + PIECE];
    loop {
        let (count, peer) = socket.recv_from(&mut buffer)?;
        let Some((number, piece)) = buffer[..count].split_first_chunk::<4>() else { continue };
        // TODO: is it the next one, or one that was written before?
        file.write_all(piece)?;
        socket.send_to(number, peer)?;
        if piece.is_empty() {
            // TODO: what if this last answer is lost?
            return Ok(());
        }
    }
}
