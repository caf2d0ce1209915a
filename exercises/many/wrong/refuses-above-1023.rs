//! caught by: crowd
//! says: were hung up on
//! The mistake: keeps the limit of select, FD_SETSIZE, where nothing asks for it: epoll watches any descriptor.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What select has place for.
const FD_SETSIZE: i32 = 1024;

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
                match listener.accept() {
                    // Dropped, and so hung up on.
                    Ok((stream, _)) if stream.as_raw_fd() >= FD_SETSIZE => {}
                    Ok((stream, _)) => {
                        stream.set_nonblocking(true)?;
                        epoll::add(&epoll, &stream, EventData::new_u64(number), EventFlags::IN)?;
                        clients.insert(number, stream);
                    }
                    // No descriptor for it. It waits in the kernel's queue, and we do not look there until there is one.
                    Err(error) if Errno::from_io_error(&error) == Some(Errno::MFILE) => {
                        epoll::modify(&epoll, &listener, LISTENER, EventFlags::empty())?;
                    }
                    Err(_) => {} // it has left already
                }
            } else if clients.get_mut(&key).is_some_and(|client| !echo(client, &mut buffer)) {
                // Dropped, it is closed, and its descriptor is free for the next one.
                clients.remove(&key);
                epoll::modify(&epoll, &listener, LISTENER, EventFlags::IN)?;
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
