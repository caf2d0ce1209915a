//! # What the three lists report
//!
//! You will learn: that a list holds what would not wait now, which is neither "what has changed"
//! nor "what is broken"; that an error is heard from `recv`, not from the third list.
//! Run it: `cargo run --bin lesson5 lists`
//! Python: `select.select([s], [s], [s], 0)`; `select.poll`; `select.epoll`.
//! Try: read the urgent byte with `MSG_OOB` before the wait, and look at its row again.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use netkit::cli::{Session, Text, pad};
use netkit::framing::printable;
use netkit::selector::{Event, Interest, Mechanism, Selector};
use netkit::sys::error_name;
use rustix::net::{SendFlags, send, sockopt};

use crate::text::lists as text;

/// The time limit of a wait in which nothing is to happen.
const LIMIT: Duration = Duration::from_millis(200);

/// Long enough for anything to arrive that this program has sent to itself.
const SOON: Duration = Duration::from_secs(2);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[])?;
    session.line(format!("  {}  select  poll  epoll", " ".repeat(text::WIDTH)))?;

    // 1. A peer that is there and says nothing: there is room to send, and nothing to receive.
    let (ours, _theirs) = pair()?;
    row(session, &text::IDLE, &ours)?;

    // 2. A peer that does not read: the kernel's buffers are full, so a send would wait.
    let (ours, _theirs) = pair()?;
    fill(&ours)?;
    row(session, &text::FULL, &ours)?;

    // 3. A peer that has gone with a reset. No third list: it is readable, and recv says what is.
    let (mut ours, theirs) = pair()?;
    sockopt::set_socket_linger(&theirs, Some(Duration::ZERO))?;
    drop(theirs);
    until_reported(&ours)?;
    row(session, &text::RESET, &ours)?;
    let error = ours.read(&mut [0; 1]).map_err(|error| error_name(&error));
    session.say(&text::THEN, &[("error", &error.err().unwrap_or_default())])?;

    // 4. A byte out of band: this is what the third list is for. It is in no other list.
    let (ours, theirs) = pair()?;
    send(&theirs, b"!", SendFlags::OOB)?;
    until_reported(&ours)?;
    row(session, &text::URGENT, &ours)?;

    // 5. A regular file never makes anybody wait, at its end neither. epoll refuses to watch it.
    let mut file = File::open(std::env::current_exe()?)?;
    row(session, &text::FILE, &file)?;
    file.seek(SeekFrom::End(0))?;
    row(session, &text::FILE_END, &file)?;

    // 6. Nothing to report until the time is up: three empty lists, and no error.
    let (pipe, _writer) = io::pipe()?;
    session.say(&text::TIMEOUT, &[("limit", &LIMIT.as_millis())])?;
    for mechanism in Mechanism::ALL {
        let begun = Instant::now();
        let found = wait(mechanism, &pipe, Interest::READ | Interest::PRIORITY, LIMIT)?;
        let after = text::AFTER.fill(session.lang(), &[("ms", &begun.elapsed().as_millis())]);
        session.line(format!("  {mechanism:<6}  {}  {after}", letters(found)))?;
    }

    // 7. What a buffered reader has taken in advance is in the program. The wait asks the kernel.
    let (pipe, mut writer) = io::pipe()?;
    let mut reader = BufReader::new(&pipe);
    writer.write_all(b"one\ntwo\nthree\n")?;
    let mut line = String::new();
    reader.read_line(&mut line)?;
    session.say(&text::BUFFERED, &[])?;
    session.say(&text::FIRST, &[("line", &printable(line.as_bytes()))])?;
    let found = wait(Mechanism::Select, &pipe, Interest::READ, LIMIT)?;
    session.say(&text::KERNEL, &[("found", &letters(found))])?;
    session.say(&text::HIDDEN, &[("lines", &printable(reader.buffer()))])?;
    Ok(())
}

/// One row: the same descriptor watched for everything, in each way.
fn row(session: &Session, what: &Text, source: &impl AsFd) -> anyhow::Result<()> {
    let everything = Interest::READ | Interest::WRITE | Interest::PRIORITY;
    let found = Mechanism::ALL.map(|mechanism| match wait(mechanism, source, everything, Duration::ZERO) {
        Ok(found) => letters(found),
        Err(error) => error_name(&error),
    });
    let [select, poll, epoll] = found;
    let what = pad(what.get(session.lang()), text::WIDTH);
    session.line(format!("  {what}  {select:<6}  {poll:<4}  {epoll}"))?;
    Ok(())
}

/// What one wait reports of a source; `None` when the time is up.
fn wait(
    mechanism: Mechanism,
    source: &impl AsFd,
    interest: Interest,
    limit: Duration,
) -> io::Result<Option<Event>> {
    let mut selector = Selector::new(mechanism)?;
    selector.add(source.as_fd(), interest)?;
    let mut events = Vec::new();
    selector.wait(&mut events, Some(limit))?;
    Ok(events.first().copied())
}

/// `rwx`: in the list for reading, for writing, for the exceptional; `-`: not in it.
fn letters(found: Option<Event>) -> String {
    let mark = |is: fn(&Event) -> bool, letter| if found.as_ref().is_some_and(is) { letter } else { '-' };
    [mark(|e| e.readable, 'r'), mark(|e| e.writable, 'w'), mark(|e| e.priority, 'x')].iter().collect()
}

/// Two ends of a connection.
fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let ours = TcpStream::connect(listener.local_addr()?)?;
    Ok((ours, listener.accept()?.0))
}

/// Sends until there has been no room for a while.
fn fill(mut socket: &TcpStream) -> io::Result<()> {
    socket.set_nonblocking(true)?;
    while wait(Mechanism::Poll, socket, Interest::WRITE, LIMIT)?.is_some() {
        while socket.write(&[0; 64 * 1024]).is_ok() {}
    }
    Ok(())
}

/// What the peer has done is on its way: waits until it is here.
fn until_reported(socket: &TcpStream) -> io::Result<()> {
    wait(Mechanism::Poll, socket, Interest::READ | Interest::PRIORITY, SOON)?;
    Ok(())
}
