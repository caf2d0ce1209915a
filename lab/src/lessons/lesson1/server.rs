//! The server: one `recv`, one reply, a polite end.

use std::time::{Duration, Instant};

use super::{QUESTION, REPLY};
use crate::bytes::escape;
use crate::lessons::common;
use crate::{Failure, Peer, Trial};

/// One whole right conversation.
pub(super) fn talk(mut peer: Peer) -> Result<(), Failure> {
    peer.send(QUESTION.as_bytes())?;
    peer.expect_all(REPLY.as_bytes())
}

pub(super) fn reply(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for _ in 0..3 {
        talk(server.connect()?)?;
    }
    Ok(())
}

pub(super) fn peer_address(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for _ in 0..3 {
        let text = format!("{} 你好", trial.random.word(8));
        let mut peer = server.connect()?;
        peer.send(text.as_bytes())?;
        peer.expect_all(REPLY.as_bytes())?;
        server.expect_line(&format!("from {} ({} bytes): {text}", peer.name(), text.len()))?;
    }
    Ok(())
}

pub(super) fn escapes(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let random = trial.random.bytes(64);
    for text in [b"a\nb\r\tc\\d".as_slice(), b"\x1b[2J\x07\x7f", b"\xff\xfe\xe8\xaf\xb7\xe8", &random] {
        let mut peer = server.connect()?;
        peer.send(text)?;
        peer.expect_all(REPLY.as_bytes())?;
        server.expect_line(&format!("from {} ({} bytes): {}", peer.name(), text.len(), escape(text)))?;
    }
    Ok(())
}

/// Twenty times, because a reset does not always arrive before the reply was read.
pub(super) fn long_request(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for round in 1..=20 {
        let length = trial.random.between(1025, 60_000);
        let mut peer = server.connect()?;
        peer.send(&vec![b'x'; length])?;
        // Not before the server is done: then a reset would have overtaken the reply.
        let _ = peer.wait_until_read();
        let read = peer.expect_all(REPLY.as_bytes());
        read.map_err(|failure| failure.when(format!("round {round}, a request of {length} bytes")))?;
    }
    Ok(())
}

/// The server reads the first byte alone. The others come while it replies, and quickly: it drains for a second only.
pub(super) fn one_byte_pieces(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = server.connect()?;
    let (first, others) = QUESTION.as_bytes().split_at(1);
    peer.send(first)?;
    let _ = peer.wait_until_read();
    for byte in others.chunks(1) {
        peer.send(byte)?;
    }
    peer.expect_all(REPLY.as_bytes())
}

pub(super) fn empty(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = server.connect()?;
    peer.half_close();
    peer.expect_all(REPLY.as_bytes())
        .map_err(|failure| failure.when("the client has half-closed without a byte"))?;
    server.expect_line(&format!("from {} (0 bytes): ", peer.name()))
}

pub(super) fn half_close(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = server.connect()?;
    peer.send(QUESTION.as_bytes())?;
    peer.half_close();
    peer.expect_all(REPLY.as_bytes())
}

pub(super) fn silent_client(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--timeout", "1"])?;
    let mut silent = server.connect()?;
    common::wait_until_accepted(&server);
    let started = Instant::now();
    let served = server.connect().and_then(talk);
    served.map_err(|failure| failure.when("the client behind a silent one, with --timeout 1"))?;
    if started.elapsed() < Duration::from_millis(500) {
        return Err(Failure::new(
            "the silent client was dropped long before its second (--timeout 1) was over",
        ));
    }
    silent.expect_hang_up()
}

/// Has its reply, sends now and then a byte, and does not close.
pub(super) fn lingering_client(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut lingering = server.connect()?;
    lingering.send(QUESTION.as_bytes())?;
    lingering.expect_all(REPLY.as_bytes())?;
    let served = server.connect().and_then(talk);
    served.map_err(|failure| failure.when("the client behind one who has its reply but does not close"))?;
    drop(lingering);
    Ok(())
}
