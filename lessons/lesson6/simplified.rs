//! # The simplified server
//!
//! You will learn: what is left of the framework when only one case is wanted: wait for the
//! listener, accept, start a thread.
//! Run it: `cargo run --bin lesson6 simplified`, and several `nc 127.0.0.1 8002`.
//! Python: the documents' thirty lines with `select.select([sk], [], [], 1)`.
//! Try: take the wait away: it works as before, because threads make it concurrent, not select.

use std::thread;
use std::time::Duration;

use netkit::cli::Session;
use netkit::net::{Addr, Listen, Listener};

use crate::call::talk;
use crate::slots::Slots;
use crate::text;

/// Clients at once; more wait in the queue.
const CLIENTS: usize = 512;

/// How long a client may say nothing.
const SILENCE: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8002")]
    addr: Addr,
}

// ANCHOR: simplified
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let stop = session.stop_on_signals()?;
    let how =
        Listen { backlog: 5, stop: Some(stop.clone()), trace: session.trace().clone(), ..Listen::default() };
    let listener = Listener::bind(&args.addr, &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(listener.addr())?;
    let slots = Slots::new(CLIENTS)?;
    let mut served = 0;
    thread::scope(|scope| -> anyhow::Result<()> {
        while let Some(slot) = slots.take(&stop)? {
            // The wait for a client is in here: for the listener and for the stop at once.
            let (mut client, peer) = match listener.accept() {
                Ok(Some(accepted)) => accepted,
                Ok(None) => break,
                Err(error) if Listener::is_shortage(&error) => {
                    slot.give_back();
                    slots.wait_for_bell(&stop)?;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let work = move || {
                let _ = talk(&mut client, SILENCE);
                client.close();
                drop(slot);
            };
            match thread::Builder::new().name(format!("client {peer}")).spawn_scoped(scope, work) {
                Ok(_) => served += 1,
                Err(error) => session.warn(&text::CANNOT_SERVE, &[("peer", &peer)], &error),
            }
        }
        Ok(())
    })?;
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}
// ANCHOR_END: simplified
