//! # The demo
//!
//! You will learn: what a browser and a server say to each other; what becomes of a client whose
//! request is one byte too long for the document's server.
//! Run it: `cargo run --bin lesson2`
//! Python: `python3 lessons/lesson2/original.py server`, `tutorial` and `get` do the same.
//! Try: `lesson2 server --trace`, and reload the page in a browser.

use std::io;
use std::time::Duration;

use netkit::cli::{Note, Session, Stage};
use netkit::net::{Addr, Connect, connect};
use netkit::sys::error_name;

use crate::text::demo as text;

const NOTES: &[Note] = &[
    Note { actor: "client", call: "send(", why: text::REQUEST },
    Note { actor: "server", call: "send(", why: text::REPLY },
    Note { actor: "server", call: "shutdown(", why: text::SHUTDOWN },
    Note { actor: "client", call: "> 你好", why: text::CHARSET },
];

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[])?;
    let mut stage = Stage::new(session);
    let addr = stage.start("server", &["server", "--addr", "127.0.0.1:0"])?;
    stage.run("client", &["get", &format!("http://{addr}/zh")], "")?;
    stage.show(NOTES)?;

    session.say(&text::ONE_BYTE, &[])?;
    for part in ["tutorial", "server"] {
        let mut stage = Stage::new(session);
        let addr = stage.start(part, &[part, "--addr", "127.0.0.1:0"])?.parse()?;
        for size in [1024, 1025, 8000] {
            let outcome = request_of(size, &addr)?;
            session.line(format!("  {part:<8} {size} bytes: {outcome}"))?;
        }
    }
    session.say(&text::WHY_RESET, &[])?;
    session.say(&text::NEXT, &[])?;
    Ok(())
}

/// Sends a request of exactly `size` bytes and says what came back.
fn request_of(size: usize, addr: &Addr) -> anyhow::Result<String> {
    let begin = "GET / HTTP/1.1\r\nHost: demo\r\nConnection: close\r\nX: ";
    let end = "\r\n\r\n";
    let filler = "x".repeat(size - begin.len() - end.len());
    let how = Connect { timeout: Some(Duration::from_secs(2)), ..Connect::default() };
    let client = connect(addr, &how)?;
    client.send_all([begin, &filler, end].concat().as_bytes())?;
    let mut received = 0;
    let end = loop {
        match client.recv(&mut [0; 4096]) {
            Ok(0) => break "end of the stream".to_string(),
            Ok(count) => received += count,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => break "nothing more".to_string(),
            Err(error) => break error_name(&error),
        }
    };
    let reply = if received > 0 { "a reply" } else { "no reply" };
    Ok(format!("{reply}, then {end}"))
}
