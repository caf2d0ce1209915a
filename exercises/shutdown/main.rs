//! shutdown: stop on request. The task is in README.md; `cargo lab check shutdown` looks at it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    let stop = Arc::new(AtomicBool::new(false));
    let teller = Arc::clone(&stop);
    thread::Builder::new().name("stdin".into()).spawn(move || {
        if io::stdin().lines().map_while(Result::ok).any(|line| line == "stop") {
            teller.store(true, Ordering::Relaxed);
        }
    })?;

    let mut count = 0;
    // TODO: the flag is only looked at when accept returns. What wakes a sleeping loop?
    while !stop.load(Ordering::Relaxed) {
        let Ok((stream, _)) = listener.accept() else { continue };
        count += 1;
        // TODO: keep what you need at the end: the thread, to wait for it, and the connection, to end its reading.
        thread::Builder::new().spawn(move || drop(serve(&stream)))?;
    }
    // TODO: when main returns all threads are gone, whatever they were doing.
    println!("stopped after {count} connections");
    Ok(())
}

fn serve(mut stream: &TcpStream) -> io::Result<()> {
    // `&TcpStream` can be read and written too: the socket itself does not change.
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let Some((word, times)) = line.split_once(' ') else { break };
        let times = times.parse().unwrap_or(0);
        stream.write_all((word.repeat(times) + "\n").as_bytes())?;
    }
    Ok(())
}
