//! # The server
//!
//! You will learn: the same rules behind one thread for all clients: bytes in, replies out, and a
//! deadline for each request. (The loop itself is lesson 5; `threads` is the step before it.)
//! Run it: `cargo run --bin lesson2 server`, then open <http://127.0.0.1:8080/> in a browser.
//! Python: `asyncio` with a protocol; `http.server` has only threads.
//! Try: `curl -v http://127.0.0.1:8080/zh`, `wrk -t1 -c64 -d3s http://127.0.0.1:8080/`.

use std::time::Duration;

use netkit::cli::{Session, seconds};
use netkit::event_loop::{Event, EventLoop, Options};
use netkit::net::{Addr, Listen, Listener};
use netkit::selector::Trigger;

use crate::http::Conversation;
use crate::text;

/// Bytes taken with one receive.
const PIECE: usize = 16 * 1024;

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
    // Room for a thousand clients that come at once: one that finds the queue full tries again only
    // after a second.
    let how = Listen { backlog: 1024, trace: session.trace().clone(), ..Listen::default() };
    let listener = Listener::bind(&args.addr, &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(listener.addr())?;
    // Told once of what has come, not as long as it is there: the kernel has less to look through.
    let options = Options { trigger: Trigger::Edge, ..Options::default() };
    // Each connection carries its own conversation: where it is in which request.
    let mut events: EventLoop<Conversation> = EventLoop::new(options)?;
    events.listen(listener)?;
    events.watch(&stop)?;
    let served = serve(&mut events, args.timeout)?;
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}

// ANCHOR: serve
fn serve(events: &mut EventLoop<Conversation>, timeout: Duration) -> anyhow::Result<usize> {
    let mut buffer = vec![0; PIECE];
    let mut replies = Vec::new();
    let mut served = 0;
    loop {
        let id = match events.next_event(&mut buffer)? {
            Event::Opened { id, .. } => {
                served += 1;
                events.set_deadline(id, Some(events.now() + timeout));
                continue;
            }
            Event::Received { id, bytes } => {
                let Some(conversation) = events.data(id) else { continue };
                let begins = conversation.is_idle();
                conversation.receive(bytes, &mut replies);
                // The clock of a request starts with its first byte, and again after a reply.
                if begins || !replies.is_empty() {
                    events.set_deadline(id, Some(events.now() + timeout));
                }
                id
            }
            Event::Expired { id } => {
                let Some(conversation) = events.data(id) else { continue };
                conversation.time_is_up(&mut replies);
                id
            }
            // It sends no more; whatever it has asked for is answered and queued already.
            Event::Ended { id } => {
                events.finish(id);
                continue;
            }
            Event::Stopped => return Ok(served),
            _ => continue,
        };
        events.send(id, &replies);
        replies.clear();
        if events.data(id).is_some_and(|conversation| conversation.is_over()) {
            events.finish(id);
        }
    }
}
// ANCHOR_END: serve
