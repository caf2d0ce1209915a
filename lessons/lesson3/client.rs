//! # The client
//!
//! You will learn: sending without connecting; that a reply may never come.
//! Run it: `cargo run --bin lesson3 client` (the server runs in another terminal).
//! Python: `sendto`, `recvfrom`, `settimeout`.
//! Try: run it without a server: everything seems to work.

use std::io;
use std::time::{Duration, Instant};

use netkit::cli::{Input, Session, seconds};
use netkit::framing::printable;
use netkit::net::{Addr, Kind, Socket};
use netkit::sys::error_name;

use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// The server: HOST:PORT, [::1]:PORT or unix:/path
    #[arg(long, default_value = "127.0.0.1:9999")]
    addr: Addr,
    /// Wait for each datagram to come back
    #[arg(long)]
    echo: bool,
    /// How long to wait for it
    #[arg(long, value_name = "SECS", default_value = "2", value_parser = seconds)]
    timeout: Duration,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let failed = |what| move |error| session.failure(what, &[("addr", &args.addr)], error);
    let cannot_send = |error: io::Error| match error_name(&error).as_str() {
        "EMSGSIZE" => {
            session.failure_with(&text::CANNOT_SEND, &[("addr", &args.addr)], &error, &text::AT_MOST)
        }
        _ => failed(&text::CANNOT_SEND)(error),
    };
    let mut socket = Socket::new(&args.addr, Kind::Datagram, session.trace())?;
    if args.addr.is_unix() {
        // A unix socket without a name cannot be answered: the kernel gives this one a name.
        socket.bind(&Addr::Unnamed)?;
    }

    // ANCHOR: lines
    // A line is a datagram, an empty line too: no bytes are a message here, not an end.
    let input = Input::new(text::PROMPT.get(session.lang()));
    let mut buffer = vec![0; 65_535];
    while let Some(line) = input.next_line()? {
        if line == b"exit" {
            break;
        }
        socket.set_timeout(Some(args.timeout))?;
        socket.send_to(&line, &args.addr).map_err(cannot_send)?;
        if !args.echo {
            continue;
        }
        match reply(&mut socket, &mut buffer, args) {
            Ok(Some(bytes)) => session.line(printable(&buffer[..bytes]))?,
            Ok(None) => break,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(failed(&text::NO_REPLY)(error));
            }
            Err(error) => return Err(failed(&text::CANNOT_RECEIVE)(error)),
        }
    }
    // ANCHOR_END: lines
    Ok(())
}

/// Waits for a datagram from the server. This socket has a port, and anybody may send to that.
fn reply(socket: &mut Socket, buffer: &mut [u8], args: &Args) -> io::Result<Option<usize>> {
    let end = Instant::now() + args.timeout;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        socket.set_timeout(Some(left))?;
        match socket.recv_from(buffer)? {
            Some(datagram) if !is_from(&args.addr, &datagram.from) => {}
            received => return Ok(received.map(|datagram| datagram.bytes)),
        }
    }
}

fn is_from(server: &Addr, from: &Addr) -> bool {
    match (server, from) {
        // 0.0.0.0 is this machine: the answer comes from one of its real addresses.
        (Addr::Inet(server), Addr::Inet(from)) => server == from || server.ip().is_unspecified(),
        // A unix path has more than one spelling: whether it is the same one is not to be seen here.
        _ => true,
    }
}
