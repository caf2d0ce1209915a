//! caught by: others
//! says: an echo to another one
//! deadline: 3
//! The mistake: `write_all` waits until the client has taken everything, and there is only one thread to wait.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::event::{PollFd, PollFlags, poll};

struct Client {
    stream: TcpStream,
}

impl Client {
    /// What to wait for.
    fn interest() -> PollFlags {
        PollFlags::IN
    }

    /// Reads and writes. Says whether the client stays.
    fn serve(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        let count = self.stream.read(buffer)?;
        // write_all sends all of it, however long that takes.
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
        waits.extend(clients.iter().map(|client| PollFd::new(&client.stream, Client::interest())));
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
