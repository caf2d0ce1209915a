//! # The server
//!
//! You will learn: a server without listen and accept: one socket for everybody; a datagram is
//! taken whole or cut, and here you are told.
//! Run it: `cargo run --bin lesson3 server --echo`, and `cargo run --bin lesson3 client --echo`.
//! Python: `recvfrom`, `sendto`; the document's `recv` drops the sender's address.
//! Try: `--buffer 1024` and a datagram of 2000 bytes.

use std::io;

use netkit::cli::Session;
use netkit::framing::printable;
use netkit::net::{Addr, Datagram, Kind, Socket};

use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// Where to receive: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:9999")]
    addr: Addr,
    /// Send every datagram back
    #[arg(long)]
    echo: bool,
    /// The longest datagram that is taken whole (the document's is 1024)
    #[arg(long, value_name = "BYTES", default_value = "65535", value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    buffer: u32,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let stop = session.stop_on_signals()?;

    // 1. socket and bind: that is all. There is nobody to listen for: datagrams come as they are.
    let bound = Socket::new(&args.addr, Kind::Datagram, session.trace()).and_then(|mut socket| {
        socket.bind_fresh(&args.addr)?;
        socket.watch(&stop)?;
        Ok(socket)
    });
    let socket =
        bound.map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(&socket.local_addr()?)?;

    // 2. Each datagram comes with its sender: the only way to know whom to answer.
    // ANCHOR: loop
    let mut received = 0;
    let mut buffer = vec![0; args.buffer as usize];
    while let Some(datagram) = next(&socket, &mut buffer)? {
        received += 1;
        let kept = &buffer[..datagram.bytes];
        if args.echo {
            // Nobody there any more, nobody who can be answered, or one who does not read: that
            // sender's loss. We do not wait for anybody, or all others would wait with us.
            if let Err(error) = socket.try_send_to(kept, &datagram.from) {
                let peer = &datagram.from;
                session.warn_with(&text::CANNOT_ANSWER, &[("peer", peer)], &error, &text::GONE_OR_FULL);
            }
        }
        session.line(describe(&datagram, kept))?;
    }
    // ANCHOR_END: loop
    session.line(format!("stopped after {received} datagrams"))?;
    Ok(())
}

/// The next datagram; `None` when the server is to stop.
fn next(socket: &Socket, buffer: &mut [u8]) -> io::Result<Option<Datagram>> {
    loop {
        match socket.recv_from(buffer) {
            // The answer to one of ours found nobody; the next datagram is none the worse.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
            result => return result,
        }
    }
}

fn describe(datagram: &Datagram, kept: &[u8]) -> String {
    let Datagram { bytes, size, from } = datagram;
    let size =
        if bytes < size { format!("{size} bytes, truncated to {bytes}") } else { format!("{size} bytes") };
    format!("from {from} ({size}): {}", printable(kept))
}
