//! # The demo
//!
//! You will learn: two clients served by one thread, wait by wait; what a client that is watched
//! for nothing costs; what one client that does not read does to a server that waits for it.
//! Run it: `cargo run --bin lesson5`
//! Python: `python3 lessons/lesson5/original.py server` does the same as `lesson5 server`.
//! Try: `lesson5 server --trace` and clients of your own; `lesson5 compare`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use netkit::cli::{Note, Session, Stage};
use netkit::net::{Addr, Connect, Socket, connect};
use netkit::selector::{Interest, Mechanism, Selector};

use crate::compare;
use crate::text::demo as text;

const NOTES: &[Note] = &[
    Note { actor: "server", call: "wait(", why: text::WAIT },
    Note { actor: "server", call: "wait -> readable", why: text::READY },
    Note { actor: "server", call: "send(", why: text::SEND },
];

/// How long we count.
const WATCH: Duration = Duration::from_millis(100);

/// How long another client may wait before we give up on the naive server.
const PATIENCE: Duration = Duration::from_millis(500);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[])?;
    let mut stage = Stage::new(session);
    let addr: Addr = stage.start("server", &["server", "--addr", "127.0.0.1:0"])?.parse()?;
    let how = Connect { timeout: Some(Duration::from_secs(2)), ..Connect::default() };
    let first = connect(&addr, &how)?;
    stage.wait_for_line("server", "accept")?;
    let second = connect(&addr, &how)?;
    stage.wait_for_line("server", "accept")?;
    for (client, text) in [(&first, "one"), (&second, "two"), (&first, "three")] {
        client.send_all(text.as_bytes())?;
        client.recv(&mut [0; 16])?;
    }
    drop(first);
    stage.wait_for_line("server", "closed")?;
    drop(second);
    stage.wait_for_line("server", "closed")?;
    stage.show(NOTES)?;

    watched_for_writing(session)?;
    slow_reader(session)?;
    session.line("")?;
    compare::run(session, &compare::Args { csv: None, max: 500 })?;
    session.say(&text::NEXT, &[])?;
    Ok(())
}

/// A socket with nothing to send, left in the write set: every wait returns at once.
fn watched_for_writing(session: &Session) -> anyhow::Result<()> {
    session.say(&text::WRITE_SET, &[])?;
    let both = Interest::READ | Interest::WRITE;
    for (interest, name) in [(both, &text::READ_WRITE), (Interest::READ, &text::READ)] {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let idle = TcpStream::connect(listener.local_addr()?)?;
        let mut selector = Selector::new(Mechanism::Select)?;
        selector.add(idle, interest)?;
        let (mut turns, mut events) = (0, Vec::new());
        let end = Instant::now() + WATCH;
        while Instant::now() < end {
            selector.wait(&mut events, Some(end.saturating_duration_since(Instant::now())))?;
            turns += 1;
        }
        session.say(&text::TURNS, &[("interest", &name.get(session.lang())), ("turns", &turns)])?;
    }
    Ok(())
}

/// One client sends much and reads nothing; how long does another one wait for its echo?
fn slow_reader(session: &Session) -> anyhow::Result<()> {
    session.say(&text::SLOW, &[])?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = Addr::from(listener.local_addr()?);
    let naive = thread::Builder::new().name("naive".to_string()).spawn(move || naive_echo(&listener))?;
    let waited = beside_a_slow_reader(&addr)?;
    session.say(
        if waited.is_some() { &text::ANSWERED } else { &text::STUCK },
        &[("server", &"naive "), ("ms", &waited.unwrap_or(PATIENCE).as_millis())],
    )?;
    // Its clients are gone: the write that it waited in has failed, and the loop has ended.
    let _ = naive.join();

    let mut stage = Stage::new(session);
    let addr = stage.start("server", &["server", "--quiet", "--addr", "127.0.0.1:0"])?.parse()?;
    let waited = beside_a_slow_reader(&addr)?;
    session.say(
        if waited.is_some() { &text::ANSWERED } else { &text::STUCK },
        &[("server", &"lesson5"), ("ms", &waited.unwrap_or(PATIENCE).as_millis())],
    )?;
    Ok(())
}

/// The echo loop of a beginner: one thread, and a write that waits.
fn naive_echo(listener: &TcpListener) -> std::io::Result<()> {
    let mut selector = Selector::new(Mechanism::Select)?;
    for _ in 0..2 {
        let (client, _) = listener.accept()?;
        selector.add(client, Interest::READ)?;
    }
    // ANCHOR: naive
    let mut events = Vec::new();
    let mut buffer = [0; 65_536];
    while !selector.is_empty() {
        selector.wait(&mut events, None)?;
        for event in &events {
            let mut client = selector.get(event.token)?;
            let received = client.read(&mut buffer).unwrap_or(0);
            // Wrong: waits until this client has read, and all others wait with it.
            if received == 0 || client.write_all(&buffer[..received]).is_err() {
                selector.remove(event.token)?;
            }
        }
    }
    // ANCHOR_END: naive
    Ok(())
}

fn beside_a_slow_reader(addr: &Addr) -> anyhow::Result<Option<Duration>> {
    let mut slow = connect(addr, &Connect::default())?;
    let other = connect(addr, &Connect { timeout: Some(PATIENCE), ..Connect::default() })?;
    // As much as the kernel and the server take: neither side reads on.
    slow.set_timeout(Some(Duration::from_millis(200)))?;
    let _took_a_part = slow.send_all(&vec![b'x'; 64 * 1024 * 1024]);
    let begun = Instant::now();
    Ok(echo(&other).then(|| begun.elapsed()))
}

fn echo(client: &Socket) -> bool {
    client.send_all(b"hello").is_ok() && matches!(client.recv(&mut [0; 16]), Ok(1..))
}
