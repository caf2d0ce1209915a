//! The web hello on mio, by hand: no parser, no limits, no deadlines. As fast as it gets with a
//! loop of your own; what lesson 2's server is held against.

use std::io::{self, Read, Write};
use std::net::Shutdown;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(usize::MAX);

/// The very bytes that lesson 2's server sends.
const REPLY: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n\r\nHello, World";
const LAST_REPLY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello, World";

/// What is to be done with a connection.
enum Next {
    Keep,
    /// It got its last reply; now it is only waited for its end.
    Drain,
    Close,
}

fn main() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(benches::addr_argument()?)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    benches::ready(listener.local_addr()?)?;
    let mut events = Events::with_capacity(1024);
    // A client's token is its place here; places are used again.
    let mut clients: Vec<Option<(TcpStream, Vec<u8>)>> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    // `--linger`: shutdown and wait for the client's end, as a server does that loses no reply.
    let linger = benches::has_flag("--linger");
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => result?,
        }
        for event in &events {
            if event.token() == LISTENER {
                // Edge-triggered: until nobody waits any more.
                while let Ok((mut client, _)) = listener.accept() {
                    let place = free.pop().unwrap_or_else(|| {
                        clients.push(None);
                        clients.len() - 1
                    });
                    poll.registry().register(&mut client, Token(place), Interest::READABLE)?;
                    clients[place] = Some((client, Vec::new()));
                }
                continue;
            }
            let place = event.token().0;
            let Some((client, input)) = clients[place].as_mut() else { continue };
            match serve(client, input, &mut buffer, linger, event.is_read_closed()) {
                Next::Keep => {}
                Next::Drain if client.shutdown(Shutdown::Write).is_ok() => {}
                Next::Drain | Next::Close => {
                    clients[place] = None;
                    free.push(place);
                }
            }
        }
    }
}

fn serve(client: &mut TcpStream, input: &mut Vec<u8>, buffer: &mut [u8], linger: bool, ended: bool) -> Next {
    loop {
        let received = match client.read(buffer) {
            Ok(0) => return Next::Close,
            Ok(received) => received,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Next::Keep,
            Err(_) => return Next::Close,
        };
        input.extend_from_slice(&buffer[..received]);
        while let Some(end) = input.windows(4).position(|window| window == b"\r\n\r\n") {
            let closes = input[..end].windows(17).any(|window| window == b"Connection: close");
            input.drain(..end + 4);
            let reply = if closes { LAST_REPLY } else { REPLY };
            // The reply is small: a kernel that does not take it whole has a client that never reads.
            match client.write(reply) {
                Ok(sent) if sent == reply.len() => {}
                _ => return Next::Close,
            }
            if closes {
                return if linger { Next::Drain } else { Next::Close };
            }
        }
        // A short read has emptied the socket (epoll(7)): no second read to hear WouldBlock. But
        // if the end came with the same event, nobody would tell of it again.
        if received < buffer.len() && !ended {
            return Next::Keep;
        }
    }
}
