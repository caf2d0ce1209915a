//! # The client
//!
//! You will learn: connect, send, and reading a reply to its end; a limit on each wait.
//! Run it: `cargo run --bin lesson1 client --text hello` (the server runs in another terminal).
//! Python: `connect`, `sendall`, `recv`, `settimeout`.
//! Try: stop the server first; then `--addr 127.0.0.1:1`.

use std::time::Duration;

use anyhow::bail;
use netkit::cli::{Session, seconds};
use netkit::framing::printable;
use netkit::net::{Addr, Connect, connect};

use crate::text;

/// The longest reply taken, in bytes. A server that never stops talking must not fill our memory.
const REPLY_LIMIT: usize = 1024 * 1024;

#[derive(clap::Args)]
pub struct Args {
    /// The server: HOST:PORT, [::1]:PORT or unix:/path
    #[arg(long, default_value = "127.0.0.1:9999")]
    addr: Addr,
    /// What to send
    #[arg(long, default_value = "请求占领地球")]
    text: String,
    /// The limit for connect, for send, and for each piece of the reply
    #[arg(long, value_name = "SECS", default_value = "5", value_parser = seconds)]
    timeout: Duration,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let failed = |what| move |error| session.failure(what, &[("addr", &args.addr)], error);

    // 1. The kernel makes the connection; the server need not have called accept yet.
    let how = Connect { timeout: Some(args.timeout), trace: session.trace().clone() };
    let server = connect(&args.addr, &how).map_err(failed(&text::CANNOT_CONNECT))?;

    // 2. A string is sent as bytes: UTF-8, three for each of these characters.
    server.send_all(args.text.as_bytes()).map_err(|error| failed(&text::CANNOT_SEND)(error.into()))?;

    // 3. The reply may come in pieces. 0 bytes is the end: the server has closed.
    // ANCHOR: read
    let mut reply = Vec::new();
    let mut buffer = [0; 1024];
    while reply.len() < REPLY_LIMIT {
        let received = server.recv(&mut buffer).map_err(failed(&text::CANNOT_RECEIVE))?;
        if received == 0 {
            break;
        }
        reply.extend_from_slice(&buffer[..received]);
    }
    // ANCHOR_END: read
    if reply.is_empty() {
        bail!("{}", text::NO_REPLY.fill(session.lang(), &[("addr", &args.addr)]));
    }
    session.line(printable(&reply))?;
    Ok(())
    // 4. `server` goes out of scope here, and Rust closes the socket: ownership is the close.
}
