//! caught by: reply-in-flight
//! says: still accepts
//! The mistake: the listener is closed last, when main returns.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::retry_on_intr;

/// A client's thread, and its connection for as long as the thread has it.
struct Client {
    stream: Weak<TcpStream>,
    thread: JoinHandle<()>,
}

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8009"))?;
    // A client may be gone between poll and accept: that must not block us.
    listener.set_nonblocking(true)?;
    println!("listening on {}", listener.local_addr()?);
    // No flag wakes a sleeping loop; a byte does. We keep an end of our own, so that the end of stdin is no stop.
    let (tell, stop) = UnixStream::pair()?;
    let teller = tell.try_clone()?;
    thread::Builder::new().name("stdin".into()).spawn(move || watch_stdin(teller))?;

    let mut clients: Vec<Client> = Vec::new();
    let mut count = 0;
    loop {
        let mut doors = [PollFd::new(&listener, PollFlags::IN), PollFd::new(&stop, PollFlags::IN)];
        retry_on_intr(|| poll(&mut doors, None))?;
        if !doors[1].revents().is_empty() {
            break;
        }
        let Ok((stream, _)) = listener.accept() else { continue };
        stream.set_nonblocking(false)?;
        clients.retain(|client| !client.thread.is_finished());
        count += 1;
        clients.extend(start(stream));
    }

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

fn watch_stdin(mut teller: UnixStream) {
    if io::stdin().lines().map_while(Result::ok).any(|line| line == "stop") {
        let _ = teller.write_all(b"!");
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
