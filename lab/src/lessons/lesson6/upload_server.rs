//! Files arrive: whole, one behind the other, under their names.

use std::fs;
use std::time::Duration;

use super::uploads::{announce, confirmation, header, open, talk, upload};
use crate::lessons::lesson5::echo::{connect_many, expect_no_work};
use crate::{Failure, Trial, proc};

pub(super) fn file(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let content = trial.random.bytes(5000);
    let mut peer = server.connect()?;
    upload(&mut peer, "data.bin", &content)?;
    inbox.expect("data.bin", &content)?;
    peer.half_close();
    peer.expect_eof()?;
    inbox.expect_only(&server, &["data.bin"], "one file was sent")
}

pub(super) fn stored_line(trial: &mut Trial) -> Result<(), Failure> {
    let (_, server) = open(trial, &[])?;
    let mut peer = server.connect()?;
    for (name, size) in [("a.txt", 3), ("数据 1|2.bin", 70_000), ("empty", 0)] {
        upload(&mut peer, name, &trial.random.bytes(size))?;
        server.expect_line(&format!("stored {name} ({size} bytes) from {}", peer.name()))?;
    }
    Ok(())
}

/// Header, content and the next header, cut anywhere.
pub(super) fn pieces(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    for (largest, size) in [(1, 60), (7, 300), (1000, 20_000), (64 << 10, 300_000)] {
        let (one, two) = (trial.random.bytes(size), trial.random.bytes(size / 2));
        let stream = [&header("one", one.len())[..], &one, &header("two", two.len()), &two].concat();
        let mut cuts = Vec::new();
        let mut rest = &stream[..];
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(trial.random.between(1, largest).min(rest.len()));
            cuts.push(piece);
            rest = behind;
        }
        let mut peer = server.connect()?;
        let when = format!("two files in {} pieces of at most {largest} bytes", cuts.len());
        peer.send_pieces(cuts)?;
        peer.half_close();
        let answers = [b"ready\n", &confirmation(&one)[..], b"ready\n", &confirmation(&two)].concat();
        peer.expect_all(&answers).map_err(|failure| failure.when(&when))?;
        inbox
            .expect("one", &one)
            .and_then(|()| inbox.expect("two", &two))
            .map_err(|failure| failure.when(&when))?;
    }
    Ok(())
}

/// Three files in one write: what lies behind a file is the next header, never content.
pub(super) fn back_to_back(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let files = [("a", trial.random.bytes(10)), ("b", b"c|3\nabc".to_vec()), ("d", trial.random.bytes(2000))];
    let (mut stream, mut answers) = (Vec::new(), Vec::new());
    for (name, content) in &files {
        stream.extend([&header(name, content.len()), content.as_slice()].concat());
        answers.extend([b"ready\n", &confirmation(content)[..]].concat());
    }
    let mut peer = server.connect()?;
    peer.send(&stream)?;
    peer.half_close();
    peer.expect_all(&answers).map_err(|failure| failure.when("three files in one write"))?;
    for (name, content) in &files {
        inbox.expect(name, content)?;
    }
    inbox.expect_only(&server, &["a", "b", "d"], "three files in one write")
}

pub(super) fn empty_file(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let mut peer = server.connect()?;
    for name in ["empty", "empty too"] {
        upload(&mut peer, name, b"")?;
        inbox.expect(name, b"")?;
    }
    upload(&mut peer, "full", b"x")?;
    inbox.expect_only(&server, &["empty", "empty too", "full"], "two files of 0 bytes and one of 1")
}

/// Whatever is no danger is a name.
pub(super) fn names(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let mut peer = server.connect()?;
    let long = "长".repeat(85);
    let names = [
        "你好 世界.txt",
        " spaces  within ",
        "a|b|7",
        "|",
        "...",
        "..a",
        "-rf",
        "a\\b",
        "%2e%2e",
        "'\";$(x)",
        &long,
    ];
    for name in names {
        let content = trial.random.bytes(20);
        upload(&mut peer, name, &content)?;
        inbox.expect(name, &content)?;
    }
    inbox.expect_only(&server, &names, "files with unusual names")
}

/// The old file is there until the new one is whole.
pub(super) fn replaces(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let old = trial.random.bytes(9000);
    inbox.put("file", &old)?;
    let new = trial.random.bytes(4000);
    let mut peer = server.connect()?;
    announce(&mut peer, "file", new.len())?;
    peer.send(&new[..1000])?;
    let _ = peer.wait_until_read();
    inbox.expect("file", &old).map_err(|failure| failure.when("the new file has not arrived whole yet"))?;
    peer.send(&new[1000..])?;
    peer.expect(&confirmation(&new))?;
    inbox.expect("file", &new).map_err(|failure| failure.when("a shorter file replaces a longer one"))?;
    inbox.expect_only(&server, &["file"], "a file was replaced")
}

/// Two clients send one name, in turn: one of the two files must be there in the end, whole.
pub(super) fn same_name(trial: &mut Trial) -> Result<(), Failure> {
    const PART: usize = 5000;
    let (inbox, server) = open(trial, &[])?;
    let (one, two) = (trial.random.bytes(4 * PART), trial.random.bytes(4 * PART));
    let (mut first, mut second) = (server.connect()?, server.connect()?);
    announce(&mut first, "file", one.len())?;
    announce(&mut second, "file", two.len())?;
    for part in 0..4 {
        for (peer, content) in [(&mut first, &one), (&mut second, &two)] {
            peer.send(&content[part * PART..][..PART])?;
            let _ = peer.wait_until_read();
        }
    }
    for (peer, content) in [(&mut first, &one), (&mut second, &two)] {
        peer.expect(&confirmation(content))
            .map_err(|failure| failure.when("two uploads of one name at once"))?;
    }
    inbox.expect_only(&server, &["file"], "two uploads of one name at once")?;
    if inbox.read("file").is_some_and(|found| found == one || found == two) {
        return Ok(());
    }
    Err(Failure::new("two uploads of one name at once: the file is neither the one nor the other"))
}

/// Ten at once, and one that says nothing.
pub(super) fn many(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let silent = server.connect()?;
    let mut peers = connect_many(&server, 10)?;
    let files: Vec<(String, Vec<u8>)> =
        (0..peers.len()).map(|number| (format!("file {number}"), trial.random.bytes(3000))).collect();
    for (peer, (name, content)) in peers.iter_mut().zip(&files).rev() {
        let announced = announce(peer, name, content.len());
        announced.map_err(|failure| failure.when("ten clients at once, and a silent one"))?;
        peer.send(&content[..1000])?;
    }
    for (peer, (name, content)) in peers.iter_mut().zip(&files) {
        peer.send(&content[1000..])?;
        peer.expect(&confirmation(content))?;
        inbox.expect(name, content)?;
    }
    drop(silent);
    server.connect().and_then(talk)
}

/// 100 MB take no more memory than 100 kB.
pub(super) fn large(trial: &mut Trial) -> Result<(), Failure> {
    const PIECE: usize = 1 << 20;
    const PIECES: usize = 100;
    const ALLOWED: u64 = 32 << 20;
    let (inbox, server) = open(trial, &[])?;
    let pid = server.subject.pid();
    // Hashing so much takes a program without optimisation a while, on a busy machine a long one.
    let patience = server.whole_deadline().later_by(Duration::from_secs(20));
    let mut peer = server.connect()?.until(patience);
    upload(&mut peer, "small", b"x")?;
    let before = proc::memory(pid)?.peak;
    // Its digest is known, because the grader would need longer for it than the server.
    let piece: Vec<u8> = (0..PIECE).map(|position| (position % 251) as u8).collect();
    announce(&mut peer, "large", PIECE * PIECES)?;
    for _ in 0..PIECES {
        peer.send(&piece)?;
    }
    let line = format!("ok {LARGE}\n");
    let mut answer = Vec::new();
    while answer.len() < line.len() && !patience.passed() {
        match peer.read_some() {
            Ok(bytes) if bytes.is_empty() => break,
            Ok(bytes) => answer.extend(bytes),
            Err(failure) if patience.passed() => return Err(failure.when("100 MiB were sent")),
            Err(_) => {}
        }
    }
    if answer != line.as_bytes() {
        return Err(Failure::new("100 MiB were sent: the answer is wrong").compared(&answer, line.as_bytes()));
    }
    let grown = proc::memory(pid)?.peak.saturating_sub(before);
    if grown > ALLOWED {
        return Err(Failure::new(format!(
            "a file of 100 MiB made the server's memory grow by {} MiB: write what has come, then receive on",
            grown >> 20
        )));
    }
    inbox.expect_only(&server, &["large", "small"], "100 MiB were sent")?;
    let stored = inbox.read("large").unwrap_or_default();
    if stored.len() != PIECE * PIECES || stored.chunks(PIECE).any(|chunk| chunk != piece) {
        return Err(Failure::new("100 MiB were sent: the file holds something else"));
    }
    Ok(())
}

/// The digest of a hundred times 1 MiB in which each byte is its position modulo 251.
const LARGE: &str = "998fa39fe735dc4be63f55bf6ec3db8b64fe3d8fcd3fe759d1b88d27992c0b75";

/// Who says nothing within a file is hung up on, and the rest of the file is removed.
pub(super) fn timeout(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &["--timeout", "1"])?;
    let mut silent = server.connect()?;
    announce(&mut silent, "file", 100)?;
    silent.send(b"half")?;
    let gone = silent.expect_hang_up();
    gone.map_err(|failure| {
        failure.when("a client who says nothing in the middle of a file, with --timeout 1")
    })?;
    inbox.expect_only(&server, &[], "the client was silent in the middle of its file, with --timeout 1")?;
    expect_no_work(&server, "a client was hung up on")?;
    server.connect().and_then(talk)
}

/// A folder may have a name that is sent as a file's: it stays.
pub(super) fn folder_of_that_name(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    fs::create_dir_all(trial.path("inbox/folder/inside"))?;
    let mut peer = server.connect()?;
    peer.send(&header("folder", 1))?;
    // Refused at the header or, when the content is there, at the rename: either is an error line.
    let answer = peer.read_some()?;
    if answer == b"ready\n" {
        peer.send(b"x")?;
        super::uploads::expect_error(&mut peer, "there is a folder of that name")?;
    } else if !answer.starts_with(b"error: ") {
        return Err(Failure::new("there is a folder of that name: an error is expected").received(&answer));
    }
    inbox.expect_only(&server, &["folder"], "there is a folder of that name")?;
    server.connect().and_then(talk)
}
