//! caught by: shared-count
//! says: one number for all
//! The mistake: each thread counts its own lines.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, peer)) = listener.accept() else { continue };
        let lines = Mutex::new(0);
        // A panic unwinds this thread only, and closes its stream on the way. Nobody joins it: it cleans up by itself.
        // A thread that cannot be started costs this client its connection, and the server nothing.
        let _ = thread::Builder::new().name(peer.to_string()).spawn(move || serve(stream, &lines));
    }
}

fn serve(stream: TcpStream, lines: &Mutex<u64>) {
    let Ok(mut writer) = stream.try_clone() else { return };
    // The iterator ends with EOF; an error is the end of this conversation, too.
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        let number = count(lines, &line);
        if writeln!(writer, "{number} {line}").is_err() {
            return;
        }
    }
}

fn count(lines: &Mutex<u64>, line: &str) -> u64 {
    // Poison says that somebody panicked with the lock in hand. A number is right at any moment: take it.
    let mut number = lines.lock().unwrap_or_else(PoisonError::into_inner);
    *number += 1;
    if line == "panic" {
        panic!("the client has asked for it");
    }
    *number
}
