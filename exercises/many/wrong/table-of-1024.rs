//! caught by: crowd
//! says: the server died after
//! The mistake: a table with a place for each descriptor below 1,024. The next one is out of bounds, and that is the end.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The size of the table, as in an fd_set.
const FD_SETSIZE: usize = 1024;

/// No client has descriptor 0.
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

    // By descriptor.
    let mut clients: [Option<TcpStream>; FD_SETSIZE] = [const { None }; FD_SETSIZE];
    let mut events = Vec::with_capacity(256);
    let mut buffer = vec![0; 4 << 10];
    loop {
        // A signal may end the wait (EINTR): then there are no events, and we wait again.
        let _ = epoll::wait(&epoll, spare_capacity(&mut events), None);
        for event in events.drain(..) {
            let key = event.data.u64() as usize;
            if event.data.u64() == LISTENER.u64() {
                match listener.accept() {
                    Ok((stream, _)) => {
                        stream.set_nonblocking(true)?;
                        epoll::add(
                            &epoll,
                            &stream,
                            EventData::new_u64(stream.as_raw_fd() as u64),
                            EventFlags::IN,
                        )?;
                        let number = stream.as_raw_fd() as usize;
                        clients[number] = Some(stream);
                    }
                    // No descriptor for it. It waits in the kernel's queue, and we do not look there until there is one.
                    Err(error) if Errno::from_io_error(&error) == Some(Errno::MFILE) => {
                        epoll::modify(&epoll, &listener, LISTENER, EventFlags::empty())?;
                    }
                    Err(_) => {} // it has left already
                }
            } else if clients[key].as_mut().is_some_and(|client| !echo(client, &mut buffer)) {
                // Dropped, it is closed, and its descriptor is free for the next one.
                clients[key] = None;
                epoll::modify(&epoll, &listener, LISTENER, EventFlags::IN)?;
            }
        }
    }
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
