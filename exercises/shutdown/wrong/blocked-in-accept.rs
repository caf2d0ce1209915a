//! caught by: stop-idle
//! says: blocked in accept
//! The mistake: a flag is set, and the thread that should look at it sleeps in accept.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};

/// A client's thread, and its connection for as long as the thread has it.
struct Client {
    stream: Weak<TcpStream>,
    thread: JoinHandle<()>,
}

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    let stop = Arc::new(AtomicBool::new(false));
    let teller = Arc::clone(&stop);
    thread::Builder::new().name("stdin".into()).spawn(move || watch_stdin(teller))?;

    let mut clients: Vec<Client> = Vec::new();
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let Ok((stream, _)) = listener.accept() else { continue };
        clients.retain(|client| !client.thread.is_finished());
        count += 1;
        clients.extend(start(stream));
    }

    // First the door: whoever comes now is refused.
    drop(listener);
    for client in &clients {
        if let Some(stream) = client.stream.upgrade() {
            // Reading ends, writing goes on: who waits for a request reads EOF, who replies finishes that first.
            let _ = stream.shutdown(Shutdown::Read);
        }
    }
    for client in clients {
        let _ = client.thread.join();
    }
    println!("stopped after {count} connections");
    Ok(())
}

fn watch_stdin(teller: Arc<AtomicBool>) {
    if io::stdin().lines().map_while(Result::ok).any(|line| line == "stop") {
        teller.store(true, Ordering::Relaxed);
    }
}

fn start(stream: TcpStream) -> io::Result<Client> {
    let stream = Arc::new(stream);
    let weak = Arc::downgrade(&stream);
    let thread = thread::Builder::new().spawn(move || drop(serve(&stream)))?;
    Ok(Client { stream: weak, thread })
}

fn serve(mut stream: &TcpStream) -> io::Result<()> {
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let Some((word, times)) = line.split_once(' ') else { break };
        let times = times.parse().unwrap_or(0);
        stream.write_all((word.repeat(times) + "\n").as_bytes())?;
    }
    Ok(())
}
