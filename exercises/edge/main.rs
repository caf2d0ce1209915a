//! edge: edge-triggered epoll. The task is in README.md; `cargo lab check edge` looks at it.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

/// The listener's number; the clients have those from 1 on.
const LISTENER: u64 = 0;

struct Client {
    stream: TcpStream,
    bytes: usize,
    wake_ups: usize,
}

impl Client {
    /// Reads what there is. Says whether that was the end of the stream.
    fn drain(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        // TODO: edge-triggered, epoll tells only once that something came. How long must be read then?
        let count = self.stream.read(buffer)?;
        self.bytes += count;
        Ok(count == 0)
    }
}

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:10000"))?;
    listener.set_nonblocking(true)?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), EventFlags::IN)?;
    println!("listening on {}", listener.local_addr()?);

    let mut clients: HashMap<u64, Client> = HashMap::new();
    let mut events = Vec::with_capacity(64);
    let mut buffer = vec![0; 4 << 10];
    // A new number for each round, in which at most one client is accepted.
    for number in 1.. {
        // A signal may end the wait (EINTR): then there are no events, and we wait again.
        let _ = epoll::wait(&epoll, spare_capacity(&mut events), None);
        for event in events.drain(..) {
            let key = event.data.u64();
            if key == LISTENER {
                // The listener is level-triggered: whoever is left in its queue is told again.
                let Ok((stream, _)) = listener.accept() else { continue };
                // TODO: this is level-triggered: told again and again as long as something is unread. Ask for edges
                // (EventFlags::ET), and make the stream non-blocking.
                epoll::add(&epoll, &stream, EventData::new_u64(number), EventFlags::IN)?;
                clients.insert(number, Client { stream, bytes: 0, wake_ups: 0 });
            } else if let Some(client) = clients.get_mut(&key) {
                client.wake_ups += 1;
                let ended = client.drain(&mut buffer);
                if let Ok(true) = ended {
                    // Short enough for the kernel to take it at once.
                    let report = format!("{} bytes in {} wake-ups\n", client.bytes, client.wake_ups);
                    let _ = client.stream.write_all(report.as_bytes());
                }
                if !matches!(ended, Ok(false)) {
                    clients.remove(&key); // closes it, and epoll forgets what is closed
                }
            }
        }
    }
    Ok(())
}
