//! many: more than 1,024 descriptors. The task is in README.md; `cargo lab check many` looks at it.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

/// The listener's number; the clients have those from 1 on.
const LISTENER: EventData = EventData::new_u64(0);

fn main() -> io::Result<()> {
    // TODO: each client is a descriptor, and a program may have 1,024 (`ulimit -S -n`), unless it raises its soft limit:
    // getrlimit, setrlimit and Resource::Nofile of rustix::process. In a limit, `current` is the soft one, `maximum` the hard one.

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
                // TODO: with no descriptor left this fails with EMFILE, again and again, while the listener stays ready.
                // (Then Errno::from_io_error(&error) is Some(Errno::MFILE), with rustix::io::Errno.) Must the server end
                // then? When is it of use to ask again? Until then: epoll::modify(…, EventFlags::empty()).
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                epoll::add(&epoll, &stream, EventData::new_u64(number), EventFlags::IN)?;
                clients.insert(number, stream);
            } else if clients.get_mut(&key).is_some_and(|client| !echo(client, &mut buffer)) {
                // Dropped, it is closed, and its descriptor is free for the next one.
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
