//! # The server
//!
//! You will learn: that how a server runs its clients is one word of its type; what each way costs
//! (look at it with `ps -eLf`).
//! Run it: `cargo run --bin lesson6 server --dispatch forking`, and several `nc 127.0.0.1 8009`.
//! Python: `socketserver.ThreadingTCPServer`, `ForkingTCPServer`, `TCPServer`.
//! Try: `--dispatch inline` with two callers; `--dispatch pooled --max 2` with three.

use clap::ValueEnum;
use netkit::cli::Session;
use netkit::net::{Addr, Listen, Socket};
use netkit::server::{Dispatch, Forking, Handler, Inline, Pooled, Server, Stream, Threading};

use crate::handlers::{Echo, Ivr};
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8009")]
    addr: Addr,
    /// How to run the handlers: inline, threading, forking (Linux) or pooled
    #[arg(long, value_name = "WAY", value_enum, default_value = "threading", hide_possible_values = true)]
    dispatch: Way,
    /// What to do with a client: ivr or echo
    #[arg(long, value_name = "WHAT", value_enum, default_value = "ivr", hide_possible_values = true)]
    handler: What,
    /// The most clients at once; more wait in the queue [default: 512 threads, 40 children, 8 workers]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    max: Option<u32>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Way {
    Inline,
    Threading,
    Forking,
    Pooled,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Ivr,
    Echo,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    match args.handler {
        What::Ivr => dispatched(session, args, Ivr),
        What::Echo => dispatched(session, args, Echo),
    }
}

fn dispatched(session: &Session, args: &Args, handler: impl Handler<Socket>) -> anyhow::Result<()> {
    match (args.dispatch, args.max.map(|max| max as usize)) {
        (Way::Inline, _) => serve(session, args, handler, Inline),
        (Way::Threading, None) => serve(session, args, handler, Threading::default()),
        (Way::Threading, Some(max)) => serve(session, args, handler, Threading::at_most(max)),
        (Way::Forking, None) => serve(session, args, handler, Forking::default()),
        (Way::Forking, Some(max)) => serve(session, args, handler, Forking::at_most(max)),
        (Way::Pooled, None) => serve(session, args, handler, Pooled::default()),
        (Way::Pooled, Some(max)) => serve(session, args, handler, Pooled::with_workers(max)),
    }
}

// ANCHOR: serve
fn serve(
    session: &Session,
    args: &Args,
    handler: impl Handler<Socket>,
    dispatch: impl Dispatch,
) -> anyhow::Result<()> {
    let stop = session.stop_on_signals()?;
    let how = Listen { stop: Some(stop), trace: session.trace().clone(), ..Listen::default() };
    // Transport × handler × dispatch: connections, this handler, run in that way.
    let mut server: Server<Stream, _, _> = Server::with(&args.addr, handler, dispatch, &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(server.server_address())?;
    server.serve_forever()?;
    let served = server.served();
    let left = server.server_close();
    if left > 0 {
        session.say(&text::LEFT, &[("left", &left)])?;
    }
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}
// ANCHOR_END: serve
