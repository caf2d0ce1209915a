//! # The first loop
//!
//! You will learn: a server that waits for its listener and all its clients with one call; that
//! "readable" is a state and not a change; that whoever is removed must be closed.
//! Run it: `cargo run --bin lesson5 print-server`, and several `nc 127.0.0.1 8002`.
//! Python: the first document's `select.select(inputs, [], inputs, 1)` loop.
//! Try: `--mechanism poll`; kill one `nc` with `kill -9`.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use netkit::cli::Session;
use netkit::framing::printable;
use netkit::net::{Addr, Listen, Listener, Socket};
use netkit::selector::{Event, Interest, Mechanism, Selector};
use netkit::sys::Stop;

use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8002")]
    addr: Addr,
    /// The system call that waits
    #[arg(long, value_name = "select|poll|epoll", default_value = "select")]
    mechanism: Mechanism,
}

/// What one wait watches.
enum Source {
    Listener(Listener),
    Client(Socket, Addr),
    Stop(Stop),
}

impl AsFd for Source {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Source::Listener(listener) => listener.as_fd(),
            Source::Client(socket, _) => socket.as_fd(),
            Source::Stop(stop) => stop.as_fd(),
        }
    }
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let stop = session.stop_on_signals()?;
    let how = Listen { backlog: 5, trace: session.trace().clone(), ..Listen::default() };
    let mut listener = Listener::bind(&args.addr, &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    // An event is a hint: the client may be gone again. So accept must not wait, nor recv.
    listener.never_wait()?;
    session.ready(listener.addr())?;

    let mut selector = Selector::new(args.mechanism)?;
    selector.add(Source::Listener(listener), Interest::READ)?;
    selector.add(Source::Stop(stop.clone()), Interest::READ)?;

    // ANCHOR: loop
    let mut served = 0;
    let mut events = Vec::new();
    // The listener, while there is no descriptor for another client: a client that nobody can take
    // keeps it readable, and watching it would be a busy loop.
    let mut paused = None;
    while !stop.is_requested() {
        selector.wait(&mut events, paused.map(|_| Duration::from_secs(1)))?;
        let mut try_again = events.is_empty();
        for event in &events {
            match react(session, &mut selector, event)? {
                Reaction::Nothing => {}
                Reaction::New(client) => {
                    served += 1;
                    // Whoever cannot be watched is closed with the error.
                    if let Err(rejected) = selector.add(client, Interest::READ) {
                        let hint = &text::OTHER_MECHANISM;
                        session.warn_with(&text::CANNOT_WATCH, &[], &rejected.error, hint);
                    }
                }
                Reaction::Closed => try_again = true,
                Reaction::Shortage => {
                    selector.set_interest(event.token, Interest::NONE)?;
                    paused = Some(event.token);
                }
            }
        }
        if let Some(listener) = paused.take_if(|_| try_again) {
            selector.set_interest(listener, Interest::READ)?;
        }
    }
    // ANCHOR_END: loop
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}

/// What one event led to.
enum Reaction {
    Nothing,
    New(Source),
    Closed,
    Shortage,
}

/// Does what one event calls for.
fn react(session: &Session, selector: &mut Selector<Source>, event: &Event) -> anyhow::Result<Reaction> {
    let mut buffer = [0; 1024];
    match selector.get(event.token)? {
        Source::Stop(_) => return Ok(Reaction::Nothing),
        Source::Listener(listener) => match listener.accept_non_blocking() {
            Ok((client, peer)) => {
                session.line(format!("accept {peer}"))?;
                return Ok(Reaction::New(Source::Client(client, peer)));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Reaction::Nothing),
            Err(error) => {
                session.warn(&text::CANNOT_ACCEPT, &[], &error);
                return Ok(Reaction::Shortage);
            }
        },
        Source::Client(client, peer) => match client.recv(&mut buffer) {
            Ok(received @ 1..) => {
                let data = printable(&buffer[..received]);
                session.line(format!("received {peer} ({received} bytes): {data}"))?;
                return Ok(Reaction::Nothing);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Reaction::Nothing),
            // The end of the stream, or a reset: both stay readable until the client is removed.
            Ok(0) | Err(_) => session.line(format!("closed {peer}"))?,
        },
    }
    // Taken out of the selector it is ours again, and closed here.
    drop(selector.remove(event.token)?);
    Ok(Reaction::Closed)
}
