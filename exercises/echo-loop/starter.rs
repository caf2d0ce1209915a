//! echo-loop: echo to many clients from one thread. The task is in README.md; `cargo lab check echo-loop` looks at it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::event::{PollFd, PollFlags, poll};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:10000"))?;
    listener.set_nonblocking(true)?;
    println!("listening on {}", listener.local_addr()?);

    let mut clients: Vec<TcpStream> = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let mut waits = vec![PollFd::new(&listener, PollFlags::IN)];
        for client in &clients {
            waits.push(PollFd::new(client, PollFlags::IN));
        }
        // A signal may end the wait (EINTR): wait again.
        if poll(&mut waits, None).is_err() {
            continue;
        }
        // A copy, since `waits` borrows the clients. ready[0] is the listener's, ready[1] the first client's, and so on.
        let ready: Vec<bool> = waits.iter().map(|wait| !wait.revents().is_empty()).collect();

        for (number, client) in clients.iter_mut().enumerate() {
            if !ready[number + 1] {
                continue;
            }
            // TODO: 0 bytes say that the client has said all, an error that it is gone. Who leaves must leave `clients`
            // (behind this loop: `clients.retain(…)`, or `swap_remove` from the last number to the first), or poll reports it
            // again, for ever.
            let Ok(count) = client.read(&mut buffer) else { continue };
            // TODO: write may take a part only, or nothing (WouldBlock). The rest must wait in a queue of this client, and
            // poll must be asked for PollFlags::OUT, but only while there is a rest. Who is to be watched for nothing:
            // PollFlags::empty().
            let _ = client.write(&buffer[..count]);
        }
        if ready[0] {
            let Ok((client, _)) = listener.accept() else { continue };
            client.set_nonblocking(true)?;
            clients.push(client);
        }
    }
}
