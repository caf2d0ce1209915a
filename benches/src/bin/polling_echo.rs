//! Echo on polling: one event for each request for one, so interest is asked for again each time.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use polling::{Event, Events, Poller};

const LISTENER: usize = usize::MAX - 1;

// ANCHOR: client
/// One client, and what it has not taken yet.
struct Client {
    stream: TcpStream,
    queue: Vec<u8>,
}

impl Client {
    /// Sends back what there is; says what to wait for next, or `None` when the client is gone.
    fn echo(&mut self, key: usize, buffer: &mut [u8]) -> Option<Event> {
        let would_block = |error: &io::Error| error.kind() == io::ErrorKind::WouldBlock;
        loop {
            while !self.queue.is_empty() {
                match self.stream.write(&self.queue) {
                    Ok(sent) => drop(self.queue.drain(..sent)),
                    Err(error) if would_block(&error) => return Some(Event::writable(key)),
                    Err(_) => return None,
                }
            }
            match self.stream.read(buffer) {
                Ok(0) => return None,
                Ok(received) => self.queue.extend_from_slice(&buffer[..received]),
                Err(error) if would_block(&error) => return Some(Event::readable(key)),
                Err(_) => return None,
            }
        }
    }
}
// ANCHOR_END: client

// ANCHOR: loop
fn main() -> io::Result<()> {
    let poller = Poller::new()?;
    let listener = TcpListener::bind(benches::addr_argument()?)?;
    listener.set_nonblocking(true)?;
    // SAFETY: the listener lives as long as the poller.
    unsafe { poller.add(&listener, Event::readable(LISTENER))? };
    benches::ready(listener.local_addr()?)?;
    let mut events = Events::new();
    let mut clients: Vec<Option<Client>> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        events.clear();
        poller.wait(&mut events, None)?;
        for event in events.iter() {
            if event.key == LISTENER {
                while let Ok((stream, _)) = listener.accept() {
                    stream.set_nonblocking(true)?;
                    let key = free.pop().unwrap_or_else(|| {
                        clients.push(None);
                        clients.len() - 1
                    });
                    // SAFETY: a client is deleted from the poller before it is dropped.
                    unsafe { poller.add(&stream, Event::readable(key))? };
                    clients[key] = Some(Client { stream, queue: Vec::new() });
                }
                poller.modify(&listener, Event::readable(LISTENER))?;
                continue;
            }
            let Some(client) = clients[event.key].as_mut() else { continue };
            match client.echo(event.key, &mut buffer) {
                Some(next) => poller.modify(&client.stream, next)?,
                None => {
                    poller.delete(&client.stream)?;
                    clients[event.key] = None;
                    free.push(event.key);
                }
            }
        }
    }
}
// ANCHOR_END: loop
