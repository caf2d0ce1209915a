//! What the servers print: a line for each thing that happens, with the client's address.

use super::echo::{echo, expect_no_work, shown, talk};
use crate::{Failure, Peer, Server, Signal, Stream, Trial};

/// accept, received, sent, closed: who, how much, what.
pub(super) fn lines(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let (mut one, two) = (server.connect()?, server.connect()?);
    server.expect_line(&format!("accept {}", one.name()))?;
    server.expect_line(&format!("accept {}", two.name()))?;
    let dangerous = b"\x1b[31m\\\r\n\t\xff".to_vec();
    let exact = trial.random.word(64).into_bytes();
    let long = trial.random.word(65).into_bytes();
    for words in ["你好".as_bytes().to_vec(), dangerous, exact, long] {
        echo(&mut one, &words)?;
        let (name, count) = (one.name(), words.len());
        server.expect_line(&format!("received {name} ({count} bytes): {}", shown(&words)))?;
        server.expect_line(&format!("sent {name} ({count} bytes)"))?;
    }
    // The one that came first goes first: the newest one's address would be the wrong one.
    let (one, two) = (leave(one)?, leave_with_reset(two));
    expect_closed(&server, &one, &two)
}

fn leave(peer: Peer) -> Result<String, Failure> {
    let name = peer.name();
    peer.half_close();
    let mut peer = peer;
    peer.expect_eof()?;
    Ok(name)
}

fn leave_with_reset(peer: Peer) -> String {
    let name = peer.name();
    peer.reset();
    name
}

fn expect_closed(server: &Server, ended: &str, broken: &str) -> Result<(), Failure> {
    for (name, how) in [(ended, "has ended"), (broken, "was reset")] {
        let line = server.expect_line(&format!("closed {name}"));
        line.map_err(|failure| failure.when(format!("the connection of {name} {how}")))?;
    }
    Ok(())
}

/// What was sent is counted: in all, what was received, however it was cut.
pub(super) fn counted(trial: &mut Trial) -> Result<(), Failure> {
    const TOTAL: usize = 3_000_000;
    let server = trial.serve(&[])?;
    let block = super::echo::block(trial);
    let mut peer = server.connect()?;
    peer.exchange(&block, 0, TOTAL)?;
    let name = leave(peer)?;
    let closed = format!("closed {name}");
    let (mut received, mut sent) = (0, 0);
    let mut count = |line: &str| {
        received += bytes_in(line, &format!("received {name} ("));
        sent += bytes_in(line, &format!("sent {name} ("));
        line == closed
    };
    server.subject.line(Stream::Stdout, &closed, server.deadline(), &mut count)?;
    if (received, sent) == (TOTAL, TOTAL) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{TOTAL} bytes went there and back, but the lines `received … (N bytes)` say {received} and `sent … (N bytes)` say \
         {sent}"
    )))
}

/// The number behind `before`, when the line begins with that.
fn bytes_in(line: &str, before: &str) -> usize {
    let rest = line.strip_prefix(before).and_then(|rest| rest.split_once(" bytes)"));
    rest.and_then(|(number, _)| number.parse().ok()).unwrap_or(0)
}

/// `--quiet`: only the beginning and the end.
pub(super) fn quiet(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--quiet"])?;
    talk(server.connect()?)?;
    server.subject.signal(Signal::TERM);
    server.expect_stop("SIGTERM")?;
    let printed = server.subject.tail(Stream::Stdout, usize::MAX);
    if printed.len() == 2 {
        return Ok(());
    }
    let failure = Failure::new("with --quiet only the first and the last line are printed");
    Err(failure.received(printed.join("\n").as_bytes()))
}

/// The first document's server prints what comes, whole, and answers nothing.
pub(super) fn printed(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let (mut one, mut two) = (server.connect()?, server.connect()?);
    server.expect_line(&format!("accept {}", one.name()))?;
    server.expect_line(&format!("accept {}", two.name()))?;
    let long = trial.random.word(300).into_bytes();
    for words in ["你好".as_bytes(), b"\x1b[31m\\\r\n\t\xff", &long] {
        for peer in [&mut two, &mut one] {
            peer.send(words)?;
            let (name, count) = (peer.name(), words.len());
            let shown = crate::bytes::escape(words);
            server.expect_line(&format!("received {name} ({count} bytes): {shown}"))?;
        }
    }
    let (one, two) = (leave(one)?, leave_with_reset(two));
    expect_closed(&server, &one, &two)
}

/// Half a million bytes are shown in pieces; none is lost.
pub(super) fn printed_in_pieces(trial: &mut Trial) -> Result<(), Failure> {
    const TOTAL: usize = 500_000;
    let server = trial.serve(&[])?;
    let mut peer = server.connect()?;
    peer.send(trial.random.word(TOTAL).as_bytes())?;
    let name = leave(peer)?;
    let closed = format!("closed {name}");
    let mut received = 0;
    let mut count = |line: &str| {
        received += bytes_in(line, &format!("received {name} ("));
        line == closed
    };
    server.subject.line(Stream::Stdout, &closed, server.deadline(), &mut count)?;
    if received == TOTAL {
        return Ok(());
    }
    Err(Failure::new(format!("{TOTAL} bytes were sent, the lines `received … (N bytes)` say {received}")))
}

/// A whole right conversation with the print server: it says nothing.
pub(super) fn listen(mut peer: Peer) -> Result<(), Failure> {
    peer.send("请占领\n".as_bytes())?;
    peer.half_close();
    peer.expect_all(b"")
}

/// A hundred at once, each heard.
pub(super) fn hundred(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peers = super::echo::connect_many(&server, 100)?;
    for (number, peer) in peers.iter_mut().enumerate().rev() {
        let words = format!("client {number}");
        peer.send(words.as_bytes())?;
        server.expect_line(&format!("received {} ({} bytes): {words}", peer.name(), words.len()))?;
    }
    peers.into_iter().try_for_each(|peer| leave(peer).map(drop))
}

/// A client's EOF costs nothing, with other clients there neither.
pub(super) fn end_of_stream(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let silent = server.connect()?;
    for _ in 0..2 {
        let peer = server.connect()?;
        server.expect_line(&format!("accept {}", peer.name()))?;
        // Half-closed, the client stays: who does not hang up on it has an EOF to read for ever.
        peer.half_close();
        expect_no_work(&server, "a client has said all (EOF)")?;
        server.expect_line(&format!("closed {}", peer.name()))?;
    }
    drop(silent);
    Ok(())
}
