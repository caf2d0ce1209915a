//! # What makes a server concurrent
//!
//! You will learn: that two clients are served at once because of threads (or processes), not
//! because of a selector: a plain blocking accept does as well, and a selector alone does not.
//! Run it: as part of `cargo run --bin lesson6 anatomy`
//! Python: `socketserver` has a selector only so that `shutdown` can end `serve_forever`.
//! Try: `Forking` instead of `Threading`.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use netkit::cli::{Session, pad};
use netkit::net::{Addr, Listen};
use netkit::server::{Dispatch, Inline, Server, Stream, Threading};

use crate::handlers::Echo;
use crate::text::anatomy as text;

/// How long the second client waits for its answer.
const PATIENCE: Duration = Duration::from_millis(300);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::AT_ONCE, &[])?;
    let rows = [
        (&text::SELECTOR_INLINE, with_selector(Inline)?),
        (&text::SELECTOR_THREADS, with_selector(Threading::default())?),
        (&text::ACCEPT_THREADS, with_accept()?),
    ];
    for (how, answered) in rows {
        let answered = if answered { &text::YES } else { &text::NO };
        let how = pad(how.get(session.lang()), text::WIDTH);
        session.line(format!("  {how} {}", answered.get(session.lang())))?;
    }
    Ok(())
}

/// The framework: a selector waits, the dispatch runs the handler.
fn with_selector(dispatch: impl Dispatch + Send) -> anyhow::Result<bool> {
    let any: Addr = "127.0.0.1:0".parse()?;
    let mut server: Server<Stream, _, _> = Server::with(&any, Echo, dispatch, &Listen::default())?;
    let addr = server.server_address().to_string();
    let shutdown = server.shutdown_handle();
    thread::scope(|scope| {
        thread::Builder::new().name("server".to_string()).spawn_scoped(scope, move || {
            // What goes wrong here is seen below: nobody answers.
            let _ = server.serve_forever();
            server.server_close();
        })?;
        let answered = second_is_answered(&addr);
        shutdown.shutdown();
        Ok(answered?)
    })
}

/// No selector anywhere: accept waits, each client gets a thread.
fn with_accept() -> anyhow::Result<bool> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = listener.local_addr()?.to_string();
    thread::scope(|scope| {
        thread::Builder::new().name("accept".to_string()).spawn_scoped(scope, move || {
            for _ in 0..2 {
                let Ok((client, _)) = listener.accept() else { return };
                let echo = move || io::copy(&mut &client, &mut &client);
                let _ = thread::Builder::new().name("client".to_string()).spawn_scoped(scope, echo);
            }
        })?;
        Ok(second_is_answered(&addr)?)
    })
}

/// Two clients; the first one is served and stays. Is the second one answered?
fn second_is_answered(addr: &str) -> io::Result<bool> {
    let mut first = TcpStream::connect(addr)?;
    first.set_read_timeout(Some(Duration::from_secs(5)))?;
    first.write_all(b"1")?;
    first.read_exact(&mut [0])?;
    let mut second = TcpStream::connect(addr)?;
    second.set_read_timeout(Some(PATIENCE))?;
    second.write_all(b"2")?;
    Ok(second.read(&mut [0]).is_ok_and(|count| count == 1))
}
