//! What an upload server must not do, whatever a peer says, and what is left when one goes.

use std::time::Duration;

use super::uploads::{Inbox, announce, expect_error, header, open, talk, upload};
use crate::lessons::lesson5::echo::expect_no_work;
use crate::{Failure, Peer, Server, Trial, proc, until};

/// Sends each header and expects a refusal that changes nothing; the same connection then takes a file.
fn refuse_all(inbox: &Inbox, server: &Server, headers: &[Vec<u8>]) -> Result<(), Failure> {
    let mut peer = server.connect()?;
    for line in headers {
        let shown = crate::bytes::show(line);
        let when = format!("the header {shown}");
        peer.send(line)?;
        expect_error(&mut peer, &when).map_err(|failure| go_on(inbox, server, &mut peer, failure, &when))?;
        inbox.expect_only(server, &[], &when)?;
    }
    upload(&mut peer, "after", b"all that")
        .map_err(|failure| failure.when("the connection goes on after a refusal"))?;
    inbox.expect("after", b"all that")?;
    inbox.expect_only(server, &["after"], "many refusals and one file")
}

/// The server has taken a header that it should have refused, with this failure: what comes of it may be the better story.
fn go_on(inbox: &Inbox, server: &Server, peer: &mut Peer, failure: Failure, when: &str) -> Failure {
    let _ = peer.send(b"abc");
    let moment = server.deadline().at_most(Duration::from_millis(300));
    let mut story = None;
    until(moment, || {
        story = inbox.expect_canary(when).err();
        story.is_some()
    });
    story.unwrap_or(failure)
}

/// Every name that could be more than a name.
pub(super) fn names(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let canary = inbox.canary();
    let long = "x".repeat(256);
    let chinese = "长".repeat(86);
    let names = [
        "../canary",
        "..",
        ".",
        "",
        &canary,
        "/",
        "a/b",
        "a/../../canary",
        "./canary",
        "a\0b",
        "../canary\0.txt",
        "a\x1b[2J",
        "tab\there",
        "\r",
        "del\x7f",
        &long,
        &chinese,
    ];
    let mut headers: Vec<Vec<u8>> = names.iter().map(|name| header(name, 3)).collect();
    headers.push(b"not \xff\xfe UTF-8|3\n".to_vec());
    headers.push(b"no bar\n".to_vec());
    headers.push(b"\n".to_vec());
    refuse_all(&inbox, &server, &headers)
}

/// Every size that is no number of bytes.
pub(super) fn sizes(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &["--max-size", "1000"])?;
    let sizes = [
        "-1",
        "+1",
        "1e3",
        "0x10",
        "",
        " 1",
        "1 ",
        "1.0",
        "1_0",
        "١",
        "three",
        "1001",
        "000000000000000000001",
        "18446744073709551616",
        "99999999999999999999",
        "-0",
    ];
    let headers: Vec<Vec<u8>> = sizes.iter().map(|size| format!("file|{size}\n").into_bytes()).collect();
    refuse_all(&inbox, &server, &headers)?;
    let exact = trial.random.bytes(1000);
    upload(&mut server.connect()?, "exact", &exact)
        .map_err(|failure| failure.when("with --max-size 1000"))?;
    inbox.expect("exact", &exact)
}

/// A header that is too long is refused once and dropped up to its newline, in bounded memory.
pub(super) fn long_header(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let pid = server.subject.pid();
    talk(server.connect()?)?;
    for length in [1025, 5000, 300_000] {
        let mut peer = server.connect()?;
        let mut line = vec![b'x'; length - 2];
        line.extend(b"|3\n");
        peer.send(&line)?;
        expect_error(&mut peer, &format!("a header of {length} bytes"))?;
        let next = upload(&mut peer, "hello.txt", b"Hello, World");
        next.map_err(|failure| failure.when(format!("the header behind one of {length} bytes")))?;
    }
    let before = proc::memory(pid)?.peak;
    let mut peer = server.connect()?.until(server.whole_deadline());
    let taken = peer.flood(&[b'x'; 64 << 10], 100 << 20)?;
    drop(peer);
    server.expect_alive("a header of 100 MB")?;
    let grown = proc::memory(pid)?.peak.saturating_sub(before);
    if grown > 4 << 20 {
        return Err(Failure::new(format!(
            "a header without an end ({} MB) made the server's memory grow by {} kB: a buffer that a peer fills needs a limit",
            taken >> 20,
            grown >> 10
        )));
    }
    inbox.expect_only(&server, &["hello.txt"], "headers that are too long")?;
    server.connect().and_then(talk)
}

/// Where in its conversation a client goes: behind so many bytes of `file|10000`, a newline and the content.
const PLACES: [(&str, usize); 6] = [
    ("in the header", 4),
    ("behind the header's last digit", 10),
    ("after `ready`", 11),
    ("at the first byte", 12),
    ("in the middle of the file", 5_000),
    ("one byte before the end", 11 + 9_999),
];

/// Clients that go at each of these places, politely or not: no part of a file stays, and nobody spins.
pub(super) fn broken(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let content = trial.random.bytes(10_000);
    let stream = [&header("file", content.len())[..], &content].concat();
    inbox.put("file", b"the old one")?;
    for resets in [false, true] {
        for (place, position) in PLACES {
            let how = if resets { "resets" } else { "closes" };
            let step = format!("a client that {how} {place}");
            leave(&server, &stream, position, resets).map_err(|failure| server.blame(failure, &step))?;
            inbox.expect_only(&server, &["file"], &step)?;
            inbox.expect("file", b"the old one").map_err(|failure| failure.when(&step))?;
            server.expect_alive(&step)?;
        }
        expect_no_work(&server, "clients have gone in the middle of their files")?;
    }
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "broken uploads"))
}

fn leave(server: &Server, stream: &[u8], position: usize, resets: bool) -> Result<(), Failure> {
    let head = position.min(11);
    let mut peer: Peer = server.connect()?;
    peer.send(&stream[..head])?;
    if head == 11 {
        peer.expect(b"ready\n")?;
    }
    peer.send(&stream[head..position])?;
    let _ = peer.wait_until_read();
    if resets {
        peer.reset();
    }
    Ok(())
}

/// A half-close in the middle of a file is no end of the file, and is not waited on for ever.
pub(super) fn half_a_file(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let mut peer = server.connect()?;
    announce(&mut peer, "file", 100)?;
    peer.send(b"only this")?;
    peer.half_close();
    let answer = peer.read_to_end(1000).map_err(|failure| failure.when("EOF in the middle of a file"))?;
    if answer.starts_with(b"ok") {
        return Err(
            Failure::new("EOF in the middle of a file: it was confirmed all the same").received(&answer)
        );
    }
    expect_no_work(&server, "a client has half-closed in the middle of its file")?;
    inbox.expect_only(&server, &[], "EOF in the middle of a file")
}

/// The disk is full in the middle of a file: an answer, no rest of the file, and the server lives.
pub(super) fn disk_full(trial: &mut Trial) -> Result<(), Failure> {
    const ROOM: usize = 50_000;
    const STEP: &str = "a write failed in the middle of a file (EFBIG, as on a full disk)";
    let (inbox, server) = open(trial, &[])?;
    server.subject.limit_file_size(ROOM as u64)?;
    let mut peer = server.connect()?;
    announce(&mut peer, "large", 2 * ROOM)?;
    peer.send(&trial.random.bytes(2 * ROOM)).map_err(|failure| server.blame(failure, STEP))?;
    expect_error(&mut peer, STEP).map_err(|failure| server.blame(failure, STEP))?;
    peer.expect_hang_up()?;
    inbox.expect_only(&server, &[], STEP)?;
    let small = trial.random.bytes(ROOM);
    upload(&mut server.connect()?, "small", &small).map_err(|failure| server.blame(failure, STEP))?;
    inbox.expect("small", &small)
}
