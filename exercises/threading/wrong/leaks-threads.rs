//! caught by: threads-return
//! says: threads are left
//! deadline: 4
//! The mistake: each thread waits for more work when its client has left, and nobody ever gives it any.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    let lines = Arc::new(Mutex::new(0));
    let mut workers = Vec::new();
    loop {
        let Ok((stream, peer)) = listener.accept() else { continue };
        let lines = Arc::clone(&lines);
        let (work, clients) = mpsc::channel();
        let serve_all = move || clients.into_iter().for_each(|stream| serve(stream, &lines));
        if thread::Builder::new().name(peer.to_string()).spawn(serve_all).is_ok() && work.send(stream).is_ok()
        {
            workers.push(work);
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
