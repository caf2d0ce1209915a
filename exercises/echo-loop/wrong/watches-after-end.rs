//! caught by: tail
//! says: it spins
//! The mistake: the end is still watched for while the queue waits for its reader. It stays readable.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::event::{PollFd, PollFlags, poll};

struct Client {
    stream: TcpStream,
    /// Read, and not yet sent back.
    queue: Vec<u8>,
    /// It has said all (EOF).
    ended: bool,
}

impl Client {
    /// What to wait for: news, and while there is something to say room for it.
    fn interest(&self) -> PollFlags {
        let mut interest = PollFlags::IN;
        interest.set(PollFlags::OUT, !self.queue.is_empty());
        interest
    }

    /// Reads and writes what can be done without waiting. Says whether the client stays.
    fn serve(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        if !self.ended {
            let count = not_now(self.stream.read(buffer))?;
            self.ended = count == Some(0);
            self.queue.extend(&buffer[..count.unwrap_or(0)]);
        }
        if !self.queue.is_empty() {
            let count = not_now(self.stream.write(&self.queue))?;
            self.queue.drain(..count.unwrap_or(0));
        }
        Ok(!self.ended || !self.queue.is_empty())
    }
}

/// No count when it would have to wait.
fn not_now(result: io::Result<usize>) -> io::Result<Option<usize>> {
    match result {
        Ok(count) => Ok(Some(count)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(None),
        Err(error) => Err(error),
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
            stream.set_nonblocking(true)?;
            clients.push(Client { stream, queue: Vec::new(), ended: false });
        }
    }
}
