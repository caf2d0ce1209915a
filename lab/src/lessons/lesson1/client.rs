//! The client: the grader is its server.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};

use super::{QUESTION, REPLY};
use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Exit, Failure, Listener, Peer, Stream, Subject, Trial, measure_for};

/// Starts the client against the grader and takes its call.
fn call(trial: &Trial, extra: &[&str]) -> Result<(Rc<Subject>, Peer), Failure> {
    let listener = Listener::open()?;
    let subject = Rc::new(trial.start(&listener.address()?.to_string(), extra, false)?);
    let peer = listener.accept(&subject, trial.deadline())?;
    Ok((subject, peer))
}

fn expect_printed(trial: &Trial, subject: &Subject, reply: &str) -> Result<(), Failure> {
    let printed = subject.line(Stream::Stdout, "the reply", trial.deadline(), &mut |_| true)?;
    if printed != reply {
        return Err(Failure::new("the client prints something else than the reply")
            .compared(printed.as_bytes(), reply.as_bytes()));
    }
    expect_exit(trial, subject, Exit::Code(0))
}

pub(super) fn request(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut peer) = call(trial, &[])?;
    peer.expect(QUESTION.as_bytes())?;
    peer.send(REPLY.as_bytes())?;
    drop(peer);
    expect_printed(trial, &subject, REPLY)
}

pub(super) fn text(trial: &mut Trial) -> Result<(), Failure> {
    let text = format!("{} 你好\\n", trial.random.word(trial.random.clone().between(1, 500)));
    let (subject, mut peer) = call(trial, &["--text", &text])?;
    peer.expect(text.as_bytes())?;
    peer.send(REPLY.as_bytes())?;
    drop(peer);
    expect_printed(trial, &subject, REPLY)
}

pub(super) fn pieces(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut peer) = call(trial, &[])?;
    peer.expect(QUESTION.as_bytes())?;
    // A client that has heard enough may be gone before the last piece: what it prints will show.
    let _ = peer.send_pieces(REPLY.as_bytes().chunks(1));
    drop(peer);
    expect_printed(trial, &subject, REPLY)
}

pub(super) fn long_reply(trial: &mut Trial) -> Result<(), Failure> {
    let reply = trial.random.word(300_000);
    let (subject, mut peer) = call(trial, &[])?;
    peer.expect(QUESTION.as_bytes())?;
    peer.send(reply.as_bytes())?;
    drop(peer);
    expect_printed(trial, &subject, &reply)
}

pub(super) fn stays_open(trial: &mut Trial) -> Result<(), Failure> {
    // It gets its reply late, on a busy machine very late.
    let (subject, mut peer) = call(trial, &["--timeout", "60"])?;
    peer.expect(QUESTION.as_bytes())?;
    // That something does *not* come can only be seen by giving it a moment.
    measure_for(Duration::from_millis(200));
    let mut peer = peer.until(crate::Deadline::after(Duration::ZERO));
    if peer.read_some().is_ok() {
        return Err(Failure::new(
            "the client has ended its direction of the connection, or sent more than the text, before the reply",
        ));
    }
    let mut peer = peer.until(trial.deadline());
    peer.send(REPLY.as_bytes())?;
    drop(peer);
    expect_printed(trial, &subject, REPLY)
}

pub(super) fn refused(trial: &mut Trial) -> Result<(), Failure> {
    // Bound and not listening: nobody accepts there, and no other program gets the port meanwhile.
    let (_bound, addr) = bound()?;
    let subject = trial.start(&addr, &[], false)?;
    expect_error(trial, &subject, "Connection refused")
}

/// A socket with a port of its own, and its address.
fn bound() -> io::Result<(OwnedFd, String)> {
    let bound = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&bound, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
    let addr = SocketAddrV4::try_from(getsockname(&bound)?)?;
    Ok((bound, addr.to_string()))
}

pub(super) fn silent_server(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut peer) = call(trial, &["--timeout", "1"])?;
    peer.expect(QUESTION.as_bytes())?;
    expect_error(trial, &subject, "")
}

pub(super) fn reset(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut peer) = call(trial, &[])?;
    peer.expect(QUESTION.as_bytes())?;
    peer.reset();
    expect_error(trial, &subject, "")
}

/// Exit 1, a message that contains `words`, no crash report.
fn expect_error(trial: &Trial, subject: &Subject, words: &str) -> Result<(), Failure> {
    expect_exit(trial, subject, Exit::Code(1))?;
    let what = if words.is_empty() { "an error message" } else { words };
    subject.line(Stream::Stderr, what, trial.deadline(), &mut |line| line.contains(words))?;
    expect_no_crash(subject)
}
