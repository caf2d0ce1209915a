//! caught by: parallel
//! says: one after the other
//! deadline: 4
//! The mistake: each thread is joined at once, so that the clients come one after the other.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    let lines = Arc::new(Mutex::new(0));
    loop {
        let Ok((stream, peer)) = listener.accept() else { continue };
        let lines = Arc::clone(&lines);
        let thread = thread::Builder::new().name(peer.to_string()).spawn(move || serve(stream, &lines));
        if let Ok(thread) = thread {
            let _ = thread.join();
        }
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
