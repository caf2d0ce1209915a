//! # The server
//!
//! You will learn: to find messages in a stream of bytes; that the end of the stream is not a
//! message; what one caller at a time means for the others.
//! Run it: `cargo run --bin lesson4 server`, then `nc 127.0.0.1 8888`.
//! Python: the document's loop, with its `data == 'exit'`.
//! Try: a second `nc` while the first is open.

use std::io;
use std::time::Duration;

use netkit::cli::{Session, seconds};
use netkit::framing::Messages;
use netkit::net::{Addr, Listen, Listener, Socket};

use crate::ivr::{self, Answer};
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
            Ok(Some((caller, peer))) => {
                served += 1;
                // What goes wrong with one caller is no reason to leave the others.
                if let Err(error) = talk(caller, args.timeout) {
                    session.warn(&text::CALLER_FAILED, &[("peer", &peer)], &error);
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

// ANCHOR: talk
fn talk(mut caller: Socket, timeout: Duration) -> io::Result<()> {
    caller.set_timeout(Some(timeout))?;
    caller.send_all(ivr::GREETING.as_bytes())?;

    let mut messages = Messages::new(ivr::MESSAGE_LIMIT);
    let mut buffer = [0; 4096];
    'call: loop {
        // 1. A receive is whatever has arrived: a part of a message, one, or several.
        let received = caller.recv(&mut buffer)?;
        if received == 0 {
            break; // hung up: not an empty message
        }
        messages.push(&buffer[..received]);

        // 2. Each whole message gets its answer; all answers of this turn leave with one send.
        let mut answers = Vec::new();
        while let Some(message) = messages.next_message() {
            match ivr::answer(&message) {
                Answer::Say(text) => answers.extend_from_slice(text.as_bytes()),
                Answer::HangUp => {
                    caller.send_all(&answers)?;
                    break 'call;
                }
            }
        }
        caller.send_all(&answers)?;
    }
    caller.close();
    Ok(())
}
// ANCHOR_END: talk
