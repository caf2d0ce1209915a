//! caught by: copies
//! says: was written twice
//! The mistake: what comes again because its answer was lost is written again.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Of the file, in a datagram, in bytes.
const PIECE: usize = 512;
/// How long an answer is waited for.
const WAIT: Duration = Duration::from_millis(40);
const TRIES: usize = 25;
/// How long the receiver stays when all is done: the answer to the end may be lost.
const LINGER: Duration = Duration::from_secs(1);

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
        deliver(&socket, addr, number.to_be_bytes(), piece)?;
    }
    Ok(())
}

/// Sends the piece until it is answered.
fn deliver(socket: &UdpSocket, addr: &str, number: [u8; 4], piece: &[u8]) -> io::Result<()> {
    let datagram = [&number, piece].concat();
    for _ in 0..TRIES {
        socket.send_to(&datagram, addr)?;
        if is_answered(socket, number)? {
            return Ok(());
        }
    }
    Err(io::Error::other(format!("no answer to {TRIES} tries: is the receiver gone?")))
}

/// Waits for the answer with this number. Other answers are late ones; they do not make the wait longer.
fn is_answered(socket: &UdpSocket, number: [u8; 4]) -> io::Result<bool> {
    let end = Instant::now() + WAIT;
    let mut answer = [0; 4];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        socket.set_read_timeout(Some(left))?;
        match socket.recv(&mut answer) {
            Ok(4) if answer == number => return Ok(true),
            Ok(_) => {}
            Err(error) if is_timeout(&error) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

fn receive(addr: &str, path: &str) -> io::Result<()> {
    let socket = UdpSocket::bind(addr)?;
    let mut file = File::create(path)?;
    println!("listening on {}", socket.local_addr()?);
    let mut complete = false;
    let mut buffer = [0; 4 + PIECE];
    loop {
        let (count, peer) = match socket.recv_from(&mut buffer) {
            Ok(received) => received,
            Err(error) if complete && is_timeout(&error) => return Ok(()),
            Err(error) => return Err(error),
        };
        let Some((number, piece)) = buffer[..count].split_first_chunk::<4>() else { continue };
        if !complete {
            file.write_all(piece)?;
            if piece.is_empty() {
                complete = true;
                socket.set_read_timeout(Some(LINGER))?;
            }
        }
        socket.send_to(number, peer)?;
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
