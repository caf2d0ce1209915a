//! # send and sendall
//!
//! You will learn: how much one send takes, and when that is less than all.
//! Run it: `cargo run --bin lesson6 send-vs-sendall`
//! Python: `send`, `sendall`, `settimeout`, which quietly changes what `send` does.
//! Try: read a little on the other side first, and predict the numbers.

use std::io;
use std::thread;
use std::time::Duration;

use netkit::cli::{Session, Text};
use netkit::net::{Connect, Listen, Listener, Socket, connect};
use netkit::sys::error_name;

use crate::text::send as text;

/// What is to be sent: 64 MiB.
const ALL: usize = 64 * 1024 * 1024;

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[])?;
    let bytes = vec![0; ALL];

    let (sender, reader) = connected()?;
    let sent = while_read(reader, || sender.send(&bytes))?;
    show(session, "send, blocking, a reader", sent, &text::BLOCKING)?;

    let (mut sender, _silent) = connected()?;
    sender.set_timeout(Some(Duration::ZERO))?;
    show(session, "send, never waiting", sender.send(&bytes), &text::FITS)?;

    let (mut sender, _silent) = connected()?;
    sender.set_timeout(Some(Duration::from_millis(100)))?;
    show(session, "send, 0.1 s", sender.send(&bytes), &text::TIMED)?;
    let rest = sender.send_all(&bytes);
    show(session, "send_all, 0.1 s", rest.map(|()| ALL).map_err(io::Error::from), &text::COUNTED)?;

    let (mut sender, reader) = connected()?;
    sender.set_timeout(Some(Duration::from_secs(5)))?;
    let sent = while_read(reader, || sender.send_all(&bytes).map(|()| ALL).map_err(io::Error::from))?;
    show(session, "send_all, 5 s, a reader", sent, &text::WHOLE)?;
    Ok(())
}

fn show(session: &Session, call: &str, result: io::Result<usize>, remark: &Text) -> io::Result<()> {
    let result = result.map_or_else(|error| error_name(&error), |count| count.to_string());
    session.line(format!("  {call:<25} -> {result:<38} # {}", remark.get(session.lang())))
}

/// Runs `act` while somebody reads everything on the other side.
fn while_read(reader: Socket, act: impl FnOnce() -> io::Result<usize>) -> io::Result<io::Result<usize>> {
    thread::scope(|scope| {
        let read = move || {
            let mut left = ALL;
            let mut buffer = vec![0; 64 * 1024];
            while left > 0 {
                match reader.recv(&mut buffer) {
                    Ok(count @ 1..) => left -= count,
                    _ => return,
                }
            }
        };
        thread::Builder::new().name("reader".to_string()).spawn_scoped(scope, read)?;
        Ok(act())
    })
}

fn connected() -> anyhow::Result<(Socket, Socket)> {
    let listener = Listener::bind(&"127.0.0.1:0".parse()?, &Listen::default())?;
    let client = connect(listener.addr(), &Connect::default())?;
    match listener.accept()? {
        Some((server, _)) => Ok((client, server)),
        None => anyhow::bail!("nothing stops this listener"),
    }
}
