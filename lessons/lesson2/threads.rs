//! # The server with threads
//!
//! You will learn: one thread a client, never more than a fixed number, all of them gone before
//! the server is. `server` does the same with one thread for all.
//! Run it: `cargo run --bin lesson2 threads`, then open <http://127.0.0.1:8080/> in a browser.
//! Python: `http.server.ThreadingHTTPServer`.
//! Try: `wrk -t1 -c64 -d3s http://127.0.0.1:8080/`, and count `/proc/PID/task` meanwhile.

use std::io;
use std::thread;
use std::time::Duration;

use netkit::cli::{Session, seconds};
use netkit::net::{Addr, Listen, Listener};
use netkit::sys::Stop;

use crate::connection::serve;
use crate::slots::Slots;
use crate::text;

/// Clients served at once; more wait in the kernel's queue.
const CLIENTS: usize = 512;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    addr: Addr,
    /// How long a client may take for one request
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let stop = session.stop_on_signals()?;
    let how = Listen { stop: Some(stop.clone()), trace: session.trace().clone(), ..Listen::default() };
    let listener = Listener::bind(&args.addr, &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(listener.addr())?;
    let served = accept_all(session, &listener, &stop, args.timeout)?;
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}

/// Gives each client a thread, until it is told to stop; then waits for those that are left.
// ANCHOR: accept
fn accept_all(session: &Session, listener: &Listener, stop: &Stop, timeout: Duration) -> io::Result<usize> {
    let slots = Slots::new(CLIENTS)?;
    let mut served = 0;
    // Nothing started inside a scope outlives it: the scope's end joins every thread.
    thread::scope(|scope| {
        while let Some(slot) = slots.take(stop)? {
            match listener.accept() {
                Ok(None) => break,
                Ok(Some((client, peer))) => {
                    let handle = move || {
                        // A client's error is that client's. (It is in the trace.)
                        let _ = serve(client, timeout);
                        drop(slot);
                    };
                    match thread::Builder::new().name(format!("client {peer}")).spawn_scoped(scope, handle) {
                        Ok(_) => served += 1,
                        // No thread for this one: its socket went with the closure, which closes it.
                        Err(error) => session.warn(&text::CANNOT_SERVE, &[("peer", &peer)], &error),
                    }
                }
                Err(error) if Listener::is_shortage(&error) => {
                    // No descriptor left. The client keeps its place in the queue until one is.
                    slot.give_back();
                    slots.wait_for_bell(stop)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(served)
    })
}
// ANCHOR_END: accept
