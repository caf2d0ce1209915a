//! caught by: descriptor-limit
//! says: the server died after
//! deadline: 8
//! The mistake: `?` on `accept`: one client too many ends the server, and all who are in it.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The listener's number; the clients have those from 1 on.
const LISTENER: EventData = EventData::new_u64(0);

fn main() -> io::Result<()> {
    // The soft limit is a program's own to raise, up to the hard one.
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;

    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:10000"))?;
    listener.set_nonblocking(true)?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, LISTENER, EventFlags::IN)?;
    println!("listening on {}", listener.local_addr()?);

    let mut clients: HashMap<u64, TcpStream> = HashMap::new();
    let mut events = Vec::with_capacity(256);
    let mut buffer = vec![0; 4 << 10];
    // A new number for each round, in which at most one client is accepted.
    for number in 1.. {
        // A signal may end the wait (EINTR): then there are no events, and we wait again.
        let _ = epoll::wait(&epoll, spare_capacity(&mut events), None);
        for event in events.drain(..) {
            let key = event.data.u64();
            if key == LISTENER.u64() {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                epoll::add(&epoll, &stream, EventData::new_u64(number), EventFlags::IN)?;
                clients.insert(number, stream);
            } else if clients.get_mut(&key).is_some_and(|client| !echo(client, &mut buffer)) {
                // Dropped, it is closed, and its descriptor is free.
                clients.remove(&key);
            }
        }
    }
    Ok(())
}

/// Sends back what is there. Says whether the client stays.
fn echo(client: &mut TcpStream, buffer: &mut [u8]) -> bool {
    match client.read(buffer) {
        Ok(0) => false,
        // It is short. Who does not take it is hung up on.
        Ok(count) => client.write_all(&buffer[..count]).is_ok(),
        Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
    }
}
