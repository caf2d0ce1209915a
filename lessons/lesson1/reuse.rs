//! # Using a port again
//!
//! You will learn: what TIME_WAIT is, what SO_REUSEADDR does about it and what it does not, and
//! how SO_REUSEPORT differs. Linux decides some of this in its own way.
//! Run it: `cargo run --bin lesson1 reuse`
//! Python: `setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)`, `SO_REUSEPORT`.
//! Try: `ss -tan state time-wait` right afterwards.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use netkit::cli::Session;
use netkit::net::{Addr, Connect, Kind, Listen, Listener, Socket, connect};
use netkit::sys::error_name;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::text::tour as text;

/// Clients that two listeners share.
const CLIENTS: usize = 200;

/// What happens over loopback happens within microseconds; a busy machine gets more.
const SOON: Duration = Duration::from_secs(2);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TIME_WAIT, &[])?;
    for (old, new) in [(false, false), (false, true), (true, false), (true, true)] {
        let (result, waiting) = restart(session, old, new)?;
        let (old, new) = (if old { "on" } else { "off" }, if new { "on" } else { "off" });
        let values: [(&str, &dyn std::fmt::Display); 4] =
            [("old", &old), ("new", &new), ("result", &result), ("waiting", &waiting)];
        session.say(&text::OLD_NEW, &values)?;
    }
    session.say(&text::BOTH_NEEDED, &[])?;
    two_sockets(session)?;
    spread(session)
}

/// A server with (or without) the option closes first; can a new one with (or without) it bind?
fn restart(session: &Session, old: bool, new: bool) -> anyhow::Result<(String, usize)> {
    // On a busy machine a packet that comes late can end the TIME_WAIT (RFC 1337). Then there is nothing
    // to look at, so once more.
    let mut seen = try_restart(session, old, new)?;
    for _ in 0..2 {
        if seen.1 > 0 {
            break;
        }
        seen = try_restart(session, old, new)?;
    }
    Ok(seen)
}

fn try_restart(session: &Session, old: bool, new: bool) -> anyhow::Result<(String, usize)> {
    let any: Addr = "127.0.0.1:0".parse()?;
    let how = Listen { reuse_address: old, trace: session.trace().clone(), ..Listen::default() };
    let listener = Listener::bind(&any, &how)?;
    let addr = listener.addr().clone();
    let client = connect(&addr, &Connect { trace: session.trace().clone(), ..Connect::default() })?;
    let other_end = client.local_addr()?;
    let (server, _) = listener.accept()?.context("nothing stops this listener")?;
    // Whoever closes first keeps the connection in TIME_WAIT, in case the last packet was lost.
    drop(server);
    client.recv(&mut [0])?;
    drop(client);
    drop(listener);
    // The last packet is under way, and nobody is told when it has arrived: look until it has.
    let deadline = Instant::now() + SOON;
    let mut waiting = in_time_wait(&addr, &other_end)?;
    while waiting == 0 && Instant::now() < deadline {
        thread::yield_now();
        waiting = in_time_wait(&addr, &other_end)?;
    }

    let mut fresh = Socket::new(&any, Kind::Stream, session.trace())?;
    fresh.set_reuse_address(new)?;
    let result = name(&fresh.bind(&addr));
    Ok((result, waiting.min(in_time_wait(&addr, &other_end)?)))
}

fn two_sockets(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TWO_SOCKETS, &[])?;
    let any: Addr = "127.0.0.1:0".parse()?;
    let mut first = Socket::new(&any, Kind::Stream, session.trace())?;
    first.set_reuse_address(true)?;
    session.line(format!("  first  bind   {}", name(&first.bind(&any))))?;
    let addr = first.local_addr()?;
    let mut second = Socket::new(&any, Kind::Stream, session.trace())?;
    second.set_reuse_address(true)?;
    session.line(format!("  second bind   {}", name(&second.bind(&addr))))?;
    session.line(format!("  first  listen {}", name(&first.listen(5))))?;
    session.line(format!("  second listen {}", name(&second.listen(5))))?;
    drop(first);
    session.line(format!("  first  close\n  second listen {}", name(&second.listen(5))))?;
    Ok(())
}

fn spread(session: &Session) -> anyhow::Result<()> {
    let first = sharing_listener(session, &"127.0.0.1:0".parse()?)?;
    let addr = first.local_addr()?;
    let second = sharing_listener(session, &addr)?;
    let mut counts = [0, 0];
    for _ in 0..CLIENTS {
        let _client = connect(&addr, &Connect { timeout: Some(SOON), trace: session.trace().clone() })?;
        // Wait for both at once (poll(2), lesson 5) and accept where the kernel put the client.
        let mut listeners = [PollFd::new(&first, PollFlags::IN), PollFd::new(&second, PollFlags::IN)];
        poll(&mut listeners, Some(&Timespec::try_from(SOON)?))?;
        if listeners[0].revents().contains(PollFlags::IN) {
            first.accept()?;
            counts[0] += 1;
        } else {
            second.accept()?;
            counts[1] += 1;
        }
    }
    session.say(&text::SPREAD, &[("total", &CLIENTS), ("first", &counts[0]), ("second", &counts[1])])?;
    Ok(())
}

fn sharing_listener(session: &Session, addr: &Addr) -> anyhow::Result<Socket> {
    let mut socket = Socket::new(addr, Kind::Stream, session.trace())?;
    socket.set_reuse_port(true)?;
    socket.bind(addr)?;
    socket.listen(5)?;
    // Neither has to wait long: somebody else's client is not expected here.
    socket.set_timeout(Some(SOON))?;
    Ok(socket)
}

/// How many connections between these ports the kernel keeps in TIME_WAIT (state 06 of proc(5)'s
/// net/tcp).
fn in_time_wait(server: &Addr, client: &Addr) -> io::Result<usize> {
    let (Addr::Inet(server), Addr::Inet(client)) = (server, client) else { return Ok(0) };
    let (local, remote) = (format!(":{:04X}", server.port()), format!(":{:04X}", client.port()));
    let table = fs::read_to_string("/proc/self/net/tcp")?;
    let ours = table.lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [_, from, to, "06", ..] = columns[..] else { return None };
        (from.ends_with(&local) && to.ends_with(&remote)).then_some((from, to))
    });
    // The table is read piece by piece; when others change it meanwhile, a line can be there twice.
    Ok(ours.collect::<HashSet<_>>().len())
}

fn name(result: &io::Result<()>) -> String {
    match result {
        Ok(()) => "ok".to_string(),
        Err(error) => error_name(error),
    }
}
