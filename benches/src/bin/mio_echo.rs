//! Echo on mio, by hand: what lesson 5's server is held against.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(usize::MAX);

/// One client, and what it has not taken yet.
struct Client {
    stream: TcpStream,
    queue: VecDeque<u8>,
}

// ANCHOR: loop
fn main() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(benches::addr_argument()?)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    benches::ready(listener.local_addr()?)?;
    let mut events = Events::with_capacity(1024);
    // A client's token is its place here; places are used again.
    let mut clients: Vec<Option<Client>> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => result?,
        }
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    let place = free.pop().unwrap_or_else(|| {
                        clients.push(None);
                        clients.len() - 1
                    });
                    let both = Interest::READABLE | Interest::WRITABLE;
                    poll.registry().register(&mut stream, Token(place), both)?;
                    clients[place] = Some(Client { stream, queue: VecDeque::new() });
                }
                continue;
            }
            let place = event.token().0;
            let Some(client) = clients[place].as_mut() else { continue };
            if !echo(client, &mut buffer, event.is_read_closed()) {
                clients[place] = None;
                free.push(place);
            }
        }
    }
}
// ANCHOR_END: loop

/// Sends back what there is; says whether the client stays.
fn echo(client: &mut Client, buffer: &mut [u8], ended: bool) -> bool {
    loop {
        // What is queued goes first, and while it waits nothing more is read.
        while !client.queue.is_empty() {
            match client.stream.write(client.queue.as_slices().0) {
                Ok(sent) => drop(client.queue.drain(..sent)),
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
            }
        }
        let received = match client.stream.read(buffer) {
            Ok(0) => return false,
            Ok(received) => received,
            Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
        };
        let sent = match client.stream.write(&buffer[..received]) {
            Ok(sent) => sent,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(_) => return false,
        };
        client.queue.extend(&buffer[sent..received]);
        // A short read has emptied the socket (epoll(7)): no second read to hear WouldBlock. But
        // if the end came with the same event, nobody would tell of it again.
        if received < buffer.len() && client.queue.is_empty() && !ended {
            return true;
        }
    }
}
