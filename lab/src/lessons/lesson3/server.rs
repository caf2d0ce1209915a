//! The server that prints.

use std::net::UdpSocket;
use std::sync::Arc;
use std::time::Duration;

use crate::bytes::escape;
use crate::lessons::common::expect_idle;
use crate::lessons::endings::{expect_count, expect_port_free, expect_quiet_end};
use crate::{Deadline, Failure, Load, Server, Signal, Stream, Trial, UdpPeer, socket_address};

pub(super) fn open(server: &Server) -> Result<UdpPeer, Failure> {
    Ok(UdpPeer::open(server.addr.ip(), server.whole_deadline())?.to_subject(&server.subject))
}

/// Sends one datagram from a fresh port and waits for the line about it.
fn send_and_see(server: &Server, datagram: &[u8]) -> Result<(), Failure> {
    let mut peer = open(server)?;
    peer.send(server.addr, datagram)?;
    let line = format!("from {} ({} bytes): {}", peer.address()?, datagram.len(), escape(datagram));
    server.expect_line(&line).map_err(|failure| failure.sent(datagram))
}

pub(super) fn datagram(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    // The address is another check's matter.
    let text = trial.random.word(5);
    open(&server)?.send(server.addr, text.as_bytes())?;
    let end = format!("(5 bytes): {text}");
    let mut right = |line: &str| line.starts_with("from ") && line.ends_with(&end);
    server.subject.line(Stream::Stdout, &format!("from ADDR {end}"), server.deadline(), &mut right).map(drop)
}

pub(super) fn peer_address(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    (0..3).try_for_each(|_| send_and_see(&server, format!("{} 你好", trial.random.word(5)).as_bytes()))
}

pub(super) fn sizes(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    [1, 1024, 1025, 2000, 65_507]
        .into_iter()
        .try_for_each(|size| send_and_see(&server, trial.random.word(size).as_bytes()))
}

pub(super) fn empty(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    send_and_see(&server, b"")?;
    send_and_see(&server, b"after the empty one")
}

pub(super) fn truncation(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--buffer", "1024"])?;
    send_and_see(&server, trial.random.word(1024).as_bytes())?;
    for size in [1025, 2000, 65_507] {
        let text = trial.random.word(size);
        let mut peer = open(&server)?;
        peer.send(server.addr, text.as_bytes())?;
        let line = format!("from {} ({size} bytes, truncated to 1024): {}", peer.address()?, &text[..1024]);
        let seen = server.expect_line(&line);
        seen.map_err(|failure| failure.when(format!("a datagram of {size} bytes, with --buffer 1024")))?;
    }
    send_and_see(&server, b"whole again")
}

pub(super) fn escapes(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let random = trial.random.bytes(64);
    let texts = [b"a\nb\r\tc\\d".as_slice(), b"\x1b[2J\x07\x7f", b"\xff\xfe\xe8\xaf\xb7\xe8", &random];
    texts.iter().try_for_each(|text| send_and_see(&server, text))
}

pub(super) fn no_echo(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = open(&server)?;
    peer.send(server.addr, b"no answer, please")?;
    // When the line about a later datagram is there, an answer to the first one would be too.
    send_and_see(&server, b"later")?;
    match peer.already_there()? {
        None => Ok(()),
        Some(answer) => Err(Failure::new("without --echo the server must not answer").received(&answer)),
    }
}

pub(super) fn burst(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = open(&server)?;
    for _ in 0..20_000 {
        peer.send(server.addr, &[b'x'; 100])?;
    }
    server.expect_alive("a burst of 20,000 datagrams")?;
    // The socket may still be full: what is sent now may be lost as well, so it is sent until it is seen.
    let mut seen = |line: &str| line.ends_with("(4 bytes): last");
    loop {
        peer.send(server.addr, b"last")?;
        let soon = server.deadline().at_most(Duration::from_millis(200));
        match server.subject.line(Stream::Stdout, "… (4 bytes): last", soon, &mut seen) {
            Ok(_) => return Ok(()),
            Err(_) if server.subject.is_alive() && !server.deadline().passed() => {}
            Err(failure) => return Err(failure.when("after a burst of 20,000 datagrams")),
        }
    }
}

pub(super) fn ready_line(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    send_and_see(&server, b"hello")?;
    let printed = server.subject.tail(Stream::Stdout, usize::MAX);
    if printed.iter().filter(|line| line.starts_with("listening on ")).count() != 1 {
        return Err(Failure::new("`listening on ADDR` must be printed once"));
    }
    Ok(())
}

pub(super) fn idle_cpu(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    // After an empty datagram too, which is no EOF to be read again and again.
    send_and_see(&server, b"")?;
    expect_idle(&server, "without a datagram")
}

pub(super) fn stop(trial: &mut Trial) -> Result<(), Failure> {
    for (signal, name, count) in [(Signal::TERM, "SIGTERM", 3), (Signal::INT, "SIGINT", 0)] {
        let server = trial.serve(&[])?;
        (0..count).try_for_each(|_| send_and_see(&server, b"counted"))?;
        server.subject.signal(signal);
        expect_count(&server.expect_stop(name)?, &format!("stopped after {count} datagrams"))?;
        expect_port_free(&server, true)?;
    }
    Ok(())
}

pub(super) fn stop_under_load(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let addr = server.addr;
    let sender = Arc::new(UdpSocket::bind("127.0.0.1:0")?);
    let load = Load::start(1, move || sender.send_to(b"busy", addr).is_ok())?;
    let busy = load.has_done(1000, server.deadline());
    server.subject.signal(Signal::TERM);
    let stopped = server.expect_stop("SIGTERM under load");
    drop(load);
    if !busy {
        return Err(Failure::new("the grader could not send 1,000 datagrams in time"));
    }
    stopped.map(drop)
}

pub(super) fn broken_stdout(trial: &mut Trial) -> Result<(), Failure> {
    let mut subject = trial.start("127.0.0.1:0", &[], false)?;
    let addr = socket_address(&subject.ready(trial.deadline())?)?;
    subject.close_stdout(trial.deadline())?;
    UdpPeer::open(addr.ip(), Deadline::after(Duration::from_secs(1)))?.send(addr, b"nobody reads this")?;
    expect_quiet_end(trial, &subject)
}

pub(super) fn ipv6(trial: &mut Trial) -> Result<(), Failure> {
    if UdpSocket::bind("[::1]:0").is_err() {
        return Ok(());
    }
    let server = trial.serve_on("[::1]:0", &[])?;
    send_and_see(&server, b"over IPv6")
}
