//! # The demo
//!
//! You will learn: that a datagram is one message; what is cut and what is lost, and how little a
//! sender hears of it.
//! Run it: `cargo run --bin lesson3`
//! Python: `python3 lessons/lesson3/original.py server --echo` and `client --echo` do the same.
//! Try: `lesson3 burst` and `lesson3 limits`.

use netkit::cli::{Note, Session, Stage};
use netkit::net::{Addr, Kind, Socket};
use netkit::trace::Trace;

use crate::text::demo as text;
use crate::{burst, limits};

const NOTES: &[Note] = &[
    Note { actor: "server", call: "bind(", why: text::NO_LISTEN },
    Note { actor: "client", call: "sendto(", why: text::NO_CONNECT },
    Note { actor: "server", call: "recvfrom(", why: text::SENDER },
    Note { actor: "client", call: "sendto(3, 0", why: text::EMPTY },
];

const CUT: &[Note] = &[Note { actor: "server", call: "> from", why: text::TRUNCATED }];

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[])?;
    let mut stage = Stage::new(session);
    let addr = stage.start("server", &["server", "--echo", "--addr", "127.0.0.1:0"])?;
    stage.run("client", &["client", "--echo", "--addr", &addr], "hello\n\n你好\nexit\n")?;
    stage.show(NOTES)?;

    session.say(&text::BUFFER, &[])?;
    let mut stage = Stage::new(session);
    let addr = stage.start("server", &["server", "--buffer", "8", "--addr", "127.0.0.1:0"])?;
    let addr: Addr = addr.parse()?;
    let sender = Socket::new(&addr, Kind::Datagram, &Trace::off())?;
    sender.send_to(b"a datagram of 28 bytes, cut!", &addr)?;
    stage.wait_for_line("server", "from ")?;
    stage.show(CUT)?;

    session.say(&text::LIMITS, &[])?;
    limits::run(session)?;
    session.line("")?;
    burst::run(session, &burst::Args::default())?;
    session.say(&text::NEXT, &[])?;
    Ok(())
}
