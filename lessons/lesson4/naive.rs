//! # The document's bot
//!
//! You will learn: what taking one receive for one message costs.
//! Run it: `cargo run --bin lesson4 naive`, then `printf '0exit' | nc 127.0.0.1 8888`.
//! Python: the document's server, line by line.
//! Try: `printf 0 | nc -N 127.0.0.1 8888 > /dev/null`, and watch `top`: it says that nothing more
//! comes, and goes on listening.

use std::io::{Read, Write};
use std::net::TcpListener;

use netkit::cli::Session;

use crate::{ivr, text};

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8888")]
    addr: String,
}

// ANCHOR: naive
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let listener = TcpListener::bind(&args.addr)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(&listener.local_addr()?)?;
    loop {
        let (mut caller, _) = listener.accept()?;
        caller.write_all(ivr::GREETING.as_bytes())?;
        let mut buffer = [0; 1024];
        loop {
            // Wrong: two messages may come with one receive. Wrong: 0 bytes are no message; a caller
            // who sends nothing more and goes on listening is answered for ever. Wrong: when the
            // caller is gone, the write fails, and its error ends the server for everybody.
            let received = caller.read(&mut buffer)?;
            match &buffer[..received] {
                b"exit" => break,
                b"0" => caller.write_all(ivr::OPERATOR.as_bytes())?,
                _ => caller.write_all(ivr::AGAIN.as_bytes())?,
            }
        }
    }
}
// ANCHOR_END: naive
