//! # The document's web server
//!
//! You will learn: that it works, until a request is longer than its one receive.
//! Run it: `cargo run --bin lesson2 tutorial`, then `curl http://127.0.0.1:8080/`.
//! Python: the document's `handle_request`, line by line.
//! Try: `curl -H "X: $(printf '%01000d' 0)" http://127.0.0.1:8080/` (a request over 1024 bytes).

use std::io::{Read, Write};
use std::net::TcpListener;

use netkit::cli::Session;

use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    addr: String,
    /// What to send as body
    #[arg(long, default_value = "Hello, World")]
    text: String,
}

// ANCHOR: tutorial
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let listener = TcpListener::bind(&args.addr)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(&listener.local_addr()?)?;
    loop {
        let (mut client, _) = listener.accept()?;
        // Wrong three times: one receive is taken for one request; the reply says neither how
        // long it is nor in which charset; and the close resets a client that sent more.
        let _received = client.read(&mut [0; 1024])?;
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        client.write_all(args.text.as_bytes())?;
    }
}
// ANCHOR_END: tutorial
