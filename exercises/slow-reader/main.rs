//! slow-reader: one client does not read, nobody else notices. The task is in README.md; `cargo lab check slow-reader` looks
//! at it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::event::{PollFd, PollFlags, poll};

struct Client {
    stream: TcpStream,
    // TODO: what is read and cannot be written yet, and whether the client has said all.
}

impl Client {
    /// What to wait for.
    fn interest(&self) -> PollFlags {
        // TODO: OUT while something is queued, IN while there is room in the queue; neither for nothing.
        PollFlags::IN
    }

    /// Reads and writes. Says whether the client stays.
    fn serve(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        let count = self.stream.read(buffer)?;
        // TODO: this waits until the client has taken it, and everybody waits with us. Make the stream non-blocking; then
        // `write` takes what the kernel has room for now, and fails with WouldBlock when that is nothing.
        self.stream.write_all(&buffer[..count])?;
        Ok(count > 0)
    }
}

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:10000"))?;
    listener.set_nonblocking(true)?;
    println!("listening on {}", listener.local_addr()?);

    let mut clients: Vec<Client> = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let mut waits = vec![PollFd::new(&listener, PollFlags::IN)];
        waits.extend(clients.iter().map(|client| PollFd::new(&client.stream, client.interest())));
        // A signal may end the wait (EINTR): wait again.
        if poll(&mut waits, None).is_err() {
            continue;
        }
        let ready: Vec<bool> = waits.iter().map(|wait| !wait.revents().is_empty()).collect();

        // Who has ended, or whose connection is broken, does not stay; dropping its stream closes it.
        let mut of_clients = ready[1..].iter();
        clients.retain_mut(|client| {
            of_clients.next() != Some(&true) || client.serve(&mut buffer).unwrap_or(false)
        });
        if ready[0]
            && let Ok((stream, _)) = listener.accept()
        {
            clients.push(Client { stream });
        }
    }
}
