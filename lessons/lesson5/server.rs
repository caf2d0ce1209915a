//! # The server
//!
//! You will learn: one thread for any number of clients; that a server never waits for one of
//! them; what it does when a client does not read (queue, and after a while stop listening to it).
//! Run it: `cargo run --bin lesson5 server`, and several `nc 127.0.0.1 10000`.
//! Python: the second document's server with `message_queues`, and `asyncio`.
//! Try: `--mechanism select`, `--trigger edge`, `--trace`; `yes | nc 127.0.0.1 10000 | sleep 60`.

use netkit::cli::{Session, Usage};
use netkit::event_loop::{Event, EventLoop, Options};
use netkit::framing::printable;
use netkit::net::{Addr, Listen, Listener};
use netkit::selector::{Mechanism, Token, Trigger};

use crate::text;

/// Bytes taken with one receive.
const PIECE: usize = 64 * 1024;

/// Bytes of a message that are shown.
const SHOWN: usize = 64;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:10000")]
    addr: Addr,
    /// The system call that waits (epoll: Linux only)
    #[arg(long, value_name = "select|poll|epoll", default_value = "epoll")]
    mechanism: Mechanism,
    /// When it reports: as long as there is something, or once (epoll only)
    #[arg(long, value_name = "level|edge", default_value = "level", value_parser = trigger)]
    trigger: Trigger,
    /// Do not print accept, received, sent and closed
    #[arg(long)]
    quiet: bool,
}

fn trigger(text: &str) -> Result<Trigger, String> {
    match text {
        "level" => Ok(Trigger::Level),
        "edge" => Ok(Trigger::Edge),
        _ => Err("write level or edge".to_string()),
    }
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    if args.trigger == Trigger::Edge && args.mechanism != Mechanism::Epoll {
        return Err(Usage(text::ONLY_EPOLL.fill(session.lang(), &[("mechanism", &args.mechanism)])).into());
    }
    let stop = session.stop_on_signals()?;
    // Room for a thousand clients that come at once: one that finds the queue full tries again only
    // after a second.
    let how = Listen { backlog: 1024, trace: session.trace().clone(), ..Listen::default() };
    let listener = Listener::bind(&args.addr, &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(listener.addr())?;

    let trace = session.trace().clone();
    let options = Options { mechanism: args.mechanism, trigger: args.trigger, trace, ..Options::default() };
    let mut events: EventLoop = EventLoop::new(options)?;
    events.listen(listener)?;
    events.watch(&stop)?;
    let served = serve(session, args, &mut events)?;
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}

// ANCHOR: serve
fn serve(session: &Session, args: &Args, events: &mut EventLoop) -> anyhow::Result<usize> {
    let mut buffer = vec![0; PIECE];
    let mut served = 0;
    let show = |line: String| if args.quiet { Ok(()) } else { session.line(line) };
    loop {
        // One wait for everybody; then one thing that happened to one of them.
        match events.next_event(&mut buffer)? {
            Event::Opened { peer, .. } => {
                served += 1;
                show(format!("accept {peer}"))?;
            }
            Event::Received { id, bytes } => {
                if !args.quiet {
                    show(format!("received {} ({} bytes): {}", name(events, id), bytes.len(), begin(bytes)))?;
                }
                // send never waits: what the kernel does not take now is queued.
                let sent = events.send(id, bytes);
                if sent > 0 && !args.quiet {
                    show(format!("sent {} ({sent} bytes)", name(events, id)))?;
                }
            }
            Event::Sent { id, bytes } => show(format!("sent {} ({bytes} bytes)", name(events, id)))?,
            // It has said everything; it still gets what is queued for it.
            Event::Ended { id } => events.finish(id),
            Event::Closed { peer, .. } => show(format!("closed {peer}"))?,
            Event::Refused { peer, error } => {
                session.warn_with(&text::REFUSED, &[("peer", &peer)], &error, &text::OTHER_MECHANISM)
            }
            Event::Expired { .. } | Event::Timer { .. } => {}
            Event::Stopped => return Ok(served),
        }
    }
}
// ANCHOR_END: serve

/// A connection by its peer's address.
fn name(events: &EventLoop, id: Token) -> String {
    events.peer(id).map(Addr::to_string).unwrap_or_default()
}

fn begin(bytes: &[u8]) -> String {
    match bytes.len() > SHOWN {
        true => printable(&bytes[..SHOWN]) + "…",
        false => printable(bytes),
    }
}
