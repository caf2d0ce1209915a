//! # The server
//!
//! You will learn: the six calls of every TCP server, in their order; why a server waits with a
//! limit; why it does not simply close.
//! Run it: `cargo run --bin lesson1 server`, and in another terminal `cargo run --bin lesson1 client`.
//! Python: `socket`, `bind`, `listen`, `accept`, `recv`, `sendall`, `close`.
//! Try: connect with `nc 127.0.0.1 9999`, type nothing, and start a client meanwhile.

use std::io;
use std::time::Duration;

use netkit::cli::{Session, StdoutClosed, seconds};
use netkit::framing::printable;
use netkit::net::{Addr, Listen, Listener, Socket};
use netkit::sys::Stop;

use crate::text;

/// What every client is told, whatever it asks.
pub const REPLY: &str = "不要回答,不要回答,不要回答";

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:9999")]
    addr: Addr,
    /// How long a client may say nothing
    #[arg(long, value_name = "SECS", default_value = "5", value_parser = seconds)]
    timeout: Duration,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    // 1. Ctrl-C and SIGTERM turn a switch; every wait below ends when it is on.
    let stop = session.stop_on_signals()?;

    // 2. socket, bind, listen. Five clients (and on Linux one more) may wait while we are busy.
    // ANCHOR: listen
    let how =
        Listen { backlog: 5, stop: Some(stop.clone()), trace: session.trace().clone(), ..Listen::default() };
    let listener = Listener::bind(&args.addr, &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    // ANCHOR_END: listen
    session.ready(listener.addr())?;

    // 3. accept returns a *new* socket for each client; the listener goes on listening.
    // ANCHOR: loop
    let mut served = 0;
    while let Some((client, peer)) = next_client(session, &listener, &stop)? {
        served += 1;
        let result = answer(session, client, &peer, args.timeout);
        // A client's error is that client's: it is told, and the next one is served.
        if let Err(error) = result {
            keep_serving(session, &peer, error)?;
        }
    }
    // ANCHOR_END: loop
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}

// ANCHOR: answer
fn answer(session: &Session, mut client: Socket, peer: &Addr, timeout: Duration) -> io::Result<()> {
    // 4. One client at a time means that a silent one holds up all others: so it gets a limit.
    client.set_timeout(Some(timeout))?;

    // 5. One recv is *not* one request: it is what has arrived, at most 1024 bytes of it. For
    //    this greeting that is good enough; lesson 4 shows what goes wrong and how to do better.
    let mut buffer = [0; 1024];
    let received = client.recv(&mut buffer)?;
    let request = &buffer[..received];
    let shown = session.line(format!("from {peer} ({received} bytes): {}", printable(request)));

    // 6. send_all, because send may take only a part. A client gets its reply even if nobody reads
    //    what we print.
    client.send_all(REPLY.as_bytes())?;

    // 7. close says goodbye first (shutdown), then reads what the client still sends. A plain
    //    drop would make the kernel reset a client that sent more than we read.
    client.close();
    shown
}
// ANCHOR_END: answer

/// Waits for a client. When descriptors run out it says so and waits for better times.
fn next_client(session: &Session, listener: &Listener, stop: &Stop) -> io::Result<Option<(Socket, Addr)>> {
    loop {
        match listener.accept() {
            Err(error) if Listener::is_shortage(&error) => {
                session.warn(&text::CANNOT_ACCEPT, &[], &error);
                stop.wait_timeout(Duration::from_secs(1));
            }
            result => return result,
        }
    }
}

/// Reports what went wrong with one client, unless it is our own standard output.
fn keep_serving(session: &Session, peer: &Addr, error: io::Error) -> io::Result<()> {
    if StdoutClosed::caused(&error) {
        return Err(error);
    }
    if error.kind() == io::ErrorKind::TimedOut {
        session.warn_with(&text::HUNG_UP_ON, &[("peer", peer)], &error, &text::TOO_SILENT);
    } else {
        session.warn(&text::CLIENT_FAILED, &[("peer", peer)], &error);
    }
    Ok(())
}
