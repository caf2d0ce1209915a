//! # The server
//!
//! You will learn: what one caller at a time means for the others; that one caller's error is no
//! reason to leave them.
//! Run it: `cargo run --bin lesson4 server`, then `nc 127.0.0.1 8888`.
//! Python: the document's loop, with its `data == 'exit'`.
//! Try: a second `nc` while the first is open.

use std::io;
use std::time::Duration;

use netkit::cli::{Session, seconds};
use netkit::net::{Addr, Listen, Listener};

use crate::call::talk;
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8888")]
    addr: Addr,
    /// How long a caller may say nothing
    #[arg(long, value_name = "SECS", default_value = "60", value_parser = seconds)]
    timeout: Duration,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let stop = session.stop_on_signals()?;
    let how =
        Listen { backlog: 5, stop: Some(stop.clone()), trace: session.trace().clone(), ..Listen::default() };
    let listener = Listener::bind(&args.addr, &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(listener.addr())?;

    // One caller after the other: while we talk to one, the next waits in the kernel's queue.
    let mut served = 0;
    loop {
        match listener.accept() {
            Ok(None) => break,
            Ok(Some((mut caller, peer))) => {
                served += 1;
                // What goes wrong with one caller is no reason to leave the others.
                match talk(&mut caller, args.timeout) {
                    Ok(()) => caller.close(),
                    Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                        session.warn_with(&text::HUNG_UP_ON, &[("peer", &peer)], &error, &text::TOO_SILENT);
                    }
                    Err(error) => session.warn(&text::CALLER_FAILED, &[("peer", &peer)], &error),
                }
            }
            Err(error) if Listener::is_shortage(&error) => {
                session.warn(&text::CANNOT_ACCEPT, &[], &error);
                stop.wait_timeout(Duration::from_secs(1));
            }
            Err(error) => return Err(error.into()),
        }
    }
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}
