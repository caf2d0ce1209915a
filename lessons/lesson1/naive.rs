//! # The naive server
//!
//! You will learn: how little it takes, and how little that is worth.
//! Run it: `cargo run --bin lesson1 naive`, then connect with `nc 127.0.0.1 9999` and type nothing.
//! Python: the document's server, line by line.
//! Try: start a client while `nc` is silent: it waits for ever. Then the same with `server`.

use std::io::{Read, Write};
use std::net::TcpListener;

use netkit::cli::Session;
use netkit::framing::printable;
use netkit::net::Addr;

use crate::server::REPLY;
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:9999")]
    addr: String,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let listener = TcpListener::bind(&args.addr)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(&Addr::from(listener.local_addr()?))?;
    // ANCHOR: loop
    loop {
        let (mut client, peer) = listener.accept()?;
        let mut buffer = [0; 1024];
        // Wrong: waits for ever when the client says nothing. And when this client resets the
        // connection, `?` ends the whole server.
        let received = client.read(&mut buffer)?;
        session.line(format!("from {peer} ({received} bytes): {}", printable(&buffer[..received])))?;
        client.write_all(REPLY.as_bytes())?;
        // Wrong: the drop closes at once, and resets a client that sent more than 1024 bytes.
    }
    // ANCHOR_END: loop
}
