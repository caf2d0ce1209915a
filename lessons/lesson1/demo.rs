//! # The demo
//!
//! You will learn: what a server and a client say to each other, call by call; what one silent
//! client does to a server without a limit.
//! Run it: `cargo run --bin lesson1`
//! Python: `python3 lessons/lesson1/original.py server` and `client` do the same.
//! Try: `lesson1 server --trace` and a client of your own.

use std::io;
use std::time::{Duration, Instant};

use netkit::cli::{Note, Session, Stage};
use netkit::net::{Connect, connect};

use crate::text::demo as text;

const NOTES: &[Note] = &[
    Note { actor: "client", call: "connect(", why: text::CONNECT },
    Note { actor: "server", call: "accept(", why: text::ACCEPT },
    Note { actor: "server", call: "recv(", why: text::RECV },
    Note { actor: "server", call: "shutdown(", why: text::SHUTDOWN },
    Note { actor: "client", call: "recv(4) -> 0", why: text::EOF },
    Note { actor: "client", call: "recv(3) -> 0", why: text::EOF },
];

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[])?;
    let mut stage = Stage::new(session);
    let addr = stage.start("server", &["server", "--addr", "127.0.0.1:0"])?;
    stage.run("client", &["client", "--addr", &addr], "")?;
    stage.show(NOTES)?;

    session.say(&text::SILENT, &[])?;
    let (answered, waited) = behind_a_silent_client(session, &["naive", "--addr", "127.0.0.1:0"])?;
    let told = if answered { &text::NAIVE_SURPRISE } else { &text::NAIVE };
    session.say(told, &[("ms", &waited.as_millis())])?;
    let limited = ["server", "--addr", "127.0.0.1:0", "--timeout", "0.3"];
    let (_, waited) = behind_a_silent_client(session, &limited)?;
    session.say(&text::PATIENT, &[("ms", &waited.as_millis())])?;
    session.say(&text::NEXT, &[])?;
    Ok(())
}

/// Connects a client that says nothing and one that asks; was the second one answered, and when?
fn behind_a_silent_client(session: &Session, server: &[&str]) -> anyhow::Result<(bool, Duration)> {
    let mut stage = Stage::new(session);
    let addr = stage.start("server", server)?.parse()?;
    let how = Connect { timeout: Some(Duration::from_secs(1)), ..Connect::default() };
    let _silent = connect(&addr, &how)?;
    let second = connect(&addr, &how)?;
    let begun = Instant::now();
    second.send_all(b"hello")?;
    match second.recv(&mut [0; 1024]) {
        Ok(_) => Ok((true, begun.elapsed())),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok((false, begun.elapsed())),
        Err(error) => Err(error.into()),
    }
}
