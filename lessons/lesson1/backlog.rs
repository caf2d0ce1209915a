//! # How many clients can wait
//!
//! You will learn: what listen(n) limits, and what happens to the clients beyond it.
//! Run it: `cargo run --bin lesson1 backlog` (the numbers are Linux's)
//! Python: `listen(backlog)`.
//! Try: `ss -ltn` while a server is busy: Recv-Q is the queue, Send-Q its limit.

use std::io;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use netkit::cli::Session;
use netkit::net::{Addr, Kind, Socket};
use netkit::sys::accept_queue;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::text::tour as text;

/// Clients beyond the backlog.
const EXTRA: u32 = 8;

/// How long a client waits before the next one comes.
const STEP: Duration = Duration::from_millis(10);

/// How long we look: a connection over loopback is made in microseconds or not at all.
const LOOK: Duration = Duration::from_millis(100);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::BACKLOG, &[("extra", &EXTRA)])?;
    for n in [0, 1, 2, 5, 10] {
        crowd(session, n)?;
    }
    let huge = 100_000;
    let limit = accept_queue(listening(session, huge)?)?.limit;
    session.say(&text::CAPPED, &[("n", &huge), ("limit", &limit)])?;
    let limit = accept_queue(TcpListener::bind("127.0.0.1:0")?)?.limit;
    session.say(&text::STD, &[("limit", &limit)])?;
    Ok(())
}

fn listening(session: &Session, backlog: u32) -> anyhow::Result<Socket> {
    let any: Addr = "127.0.0.1:0".parse()?;
    let mut listener = Socket::new(&any, Kind::Stream, session.trace())?;
    listener.bind(&any)?;
    listener.listen(backlog)?;
    Ok(listener)
}

/// Lets n + 8 clients connect to a server that never accepts, and counts what became of them.
fn crowd(session: &Session, n: u32) -> anyhow::Result<()> {
    let listener = listening(session, n)?;
    let addr = listener.local_addr()?;
    let (mut connected, mut hanging, mut refused) = (0, 0, 0);
    let mut clients = Vec::new();
    for _ in 0..n + EXTRA {
        let mut client = Socket::new(&addr, Kind::Stream, session.trace())?;
        // One after the other, so that each finds the queue as the last one left it. How it went is
        // looked at later: who hangs now may only be slow.
        client.set_timeout(Some(STEP))?;
        let _in_progress = client.connect(&addr);
        clients.push(client);
    }
    let deadline = Instant::now() + LOOK;
    for client in &clients {
        match outcome(client, deadline)? {
            None => hanging += 1,
            Some(Ok(())) => connected += 1,
            Some(Err(_)) => refused += 1,
        }
    }
    let queue = accept_queue(&listener)?;
    session.say(
        &text::WAITING,
        &[
            ("n", &n),
            ("connected", &connected),
            ("hanging", &hanging),
            ("refused", &refused),
            ("waiting", &queue.waiting),
            ("limit", &queue.limit),
        ],
    )?;
    Ok(())
}

/// How a connect went; `None` while the kernel is still trying.
fn outcome(client: &Socket, deadline: Instant) -> io::Result<Option<io::Result<()>>> {
    let left = deadline.saturating_duration_since(Instant::now());
    let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
    // Writable means that the outcome is known.
    let ready = poll(&mut [PollFd::new(client, PollFlags::OUT)], Some(&timeout))?;
    Ok((ready > 0).then(|| client.take_error()))
}
