//! # Two doors
//!
//! You will learn: that one wait can watch several listeners; that whoever comes in gets a thread,
//! so that a long call holds up nobody.
//! Run it: `cargo run --bin lesson5 two-doors`, then `nc 127.0.0.1 8020` and `nc 127.0.0.1 8021`.
//! Python: the document's `select.select([s1, s2], [], [], 1)` with a `threading.Thread` each.
//! Try: several callers at each door.

use std::os::fd::{AsFd, BorrowedFd};
use std::thread;
use std::time::Duration;

use netkit::cli::{Session, seconds};
use netkit::net::{Addr, Listen, Listener};
use netkit::selector::{Interest, Mechanism, Selector};
use netkit::sys::Stop;

use crate::call::talk;
use crate::slots::Slots;
use crate::text;

/// Callers at once; more wait in the queues.
const CALLERS: usize = 512;

#[derive(clap::Args)]
pub struct Args {
    /// The first door: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8020")]
    addr: Addr,
    /// The second door [default: the next port, or a free one if the first is]
    #[arg(long)]
    addr2: Option<Addr>,
    /// How long a caller may say nothing
    #[arg(long, value_name = "SECS", default_value = "60", value_parser = seconds)]
    timeout: Duration,
}

/// What one wait watches.
enum Source {
    Door(Listener),
    Stop(Stop),
}

impl AsFd for Source {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Source::Door(listener) => listener.as_fd(),
            Source::Stop(stop) => stop.as_fd(),
        }
    }
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let stop = session.stop_on_signals()?;
    let mut selector = Selector::new(Mechanism::Select)?;
    for addr in [args.addr.clone(), second(args)] {
        let how = Listen {
            backlog: 5,
            stop: Some(stop.clone()),
            trace: session.trace().clone(),
            ..Listen::default()
        };
        let door = Listener::bind(&addr, &how)
            .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &addr)], error))?;
        session.ready(door.addr())?;
        selector.add(Source::Door(door), Interest::READ)?;
    }
    selector.add(Source::Stop(stop.clone()), Interest::READ)?;
    let served = welcome(session, &mut selector, &stop, args.timeout)?;
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}

fn second(args: &Args) -> Addr {
    match (&args.addr2, &args.addr) {
        (Some(addr), _) => addr.clone(),
        (None, Addr::Inet(first)) => {
            let mut next = *first;
            next.set_port(if first.port() == 0 { 0 } else { first.port().wrapping_add(1) });
            Addr::Inet(next)
        }
        (None, Addr::Unix(path)) => Addr::Unix(format!("{}.2", path.display()).into()),
        (None, other) => other.clone(),
    }
}

/// Gives each caller a thread, until told to stop; then waits for those that are left.
fn welcome(
    session: &Session,
    selector: &mut Selector<Source>,
    stop: &Stop,
    timeout: Duration,
) -> anyhow::Result<usize> {
    let slots = Slots::new(CALLERS)?;
    let mut served = 0;
    let mut events = Vec::new();
    // Nothing started inside a scope outlives it: the scope's end joins every thread.
    thread::scope(|scope| {
        while !stop.is_requested() {
            selector.wait(&mut events, None)?;
            for event in &events {
                let Source::Door(door) = selector.get(event.token)? else { continue };
                let Some(slot) = slots.take(stop)? else { break };
                let (mut caller, peer) = match door.accept() {
                    Ok(Some(accepted)) => accepted,
                    Ok(None) => break,
                    Err(error) if Listener::is_shortage(&error) => {
                        slot.give_back();
                        slots.wait_for_bell(stop)?;
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                };
                let call = move || {
                    // What goes wrong with one caller is in the trace, and nobody else's matter.
                    let _ = talk(&mut caller, timeout);
                    caller.close();
                    drop(slot);
                };
                match thread::Builder::new().name(format!("caller {peer}")).spawn_scoped(scope, call) {
                    Ok(_) => served += 1,
                    Err(error) => session.warn(&text::CANNOT_SERVE, &[("peer", &peer)], &error),
                }
            }
        }
        Ok(served)
    })
}
