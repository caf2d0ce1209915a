//! receive-file: files over a stream, one behind the other.

use super::upload::{announce, confirmation, cut, upload};
use crate::lessons::lesson6::uploads::{Inbox, header, open};
use crate::{Check, Failure, Suite, Trial};

pub(super) static RECEIVE_FILE: Suite = Suite {
    name: "receive-file",
    about: "A server that takes files into its folder",
    checks: &[
        Check {
            name: "file",
            points: 1,
            means: "The header says where the file ends; nothing else does, as the connection goes on.",
            run: file,
        },
        Check {
            name: "empty-file",
            points: 1,
            means: "For a file of 0 bytes there is nothing to be received; to wait for some would be for ever.",
            run: empty_file,
        },
        Check {
            name: "in-one-write",
            points: 2,
            means: "What was sent by itself may be received with what follows: one recv is not one header.",
            run: in_one_write,
        },
        Check {
            name: "pieces",
            points: 2,
            means: "A stream can be cut anywhere, in the middle of a header too.",
            run: pieces,
        },
        Check {
            name: "back-to-back",
            points: 3,
            means: "The bytes behind a file are the next header: neither content nor to be thrown away.",
            run: back_to_back,
        },
    ],
};

fn file(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    for size in [5000, 300_000] {
        let content = trial.random.bytes(size);
        let mut peer = server.connect()?;
        upload(&mut peer, "data.bin", &content)?;
        inbox.expect("data.bin", &content)?;
        peer.half_close();
        peer.expect_eof()?;
    }
    inbox.expect_only(&server, &["data.bin"], "a file was sent, and a longer one of that name")
}

fn empty_file(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let mut peer = server.connect()?;
    upload(&mut peer, "empty", b"").map_err(|failure| failure.when("there is nothing to wait for"))?;
    inbox.expect("empty", b"")?;
    upload(&mut peer, "full", b"x")?;
    inbox.expect("full", b"x")
}

/// A client that does not wait for `ready`, and does not send anything behind its file.
fn in_one_write(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let content = trial.random.bytes(700);
    let mut peer = server.connect()?;
    peer.send(&[header("file", content.len()), content.clone()].concat())?;
    peer.half_close();
    let answers = [b"ready\n", &confirmation(&content)[..]].concat();
    peer.expect_all(&answers)
        .map_err(|failure| failure.when("header and content in one write, for one recv is not one header"))?;
    inbox.expect("file", &content)
}

/// Two files, header and all, in pieces of many sizes.
fn pieces(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    for (largest, size) in [(1, 40), (7, 300), (1000, 20_000), (64 << 10, 300_000)] {
        let (one, two) = (trial.random.bytes(size), trial.random.bytes(size / 2));
        let stream = [&header("one", one.len())[..], &one, &header("two", two.len()), &two].concat();
        let cut = cut(&stream, largest, &mut trial.random);
        let when = format!("two files in {} pieces of at most {largest} bytes", cut.len());
        let mut peer = server.connect()?;
        let sent = peer.send_pieces(cut);
        peer.half_close();
        let answers = [b"ready\n", &confirmation(&one)[..], b"ready\n", &confirmation(&two)].concat();
        // What it answered says more than that it closed.
        peer.expect_all(&answers).and(sent).map_err(|failure| failure.when(&when))?;
        let stored = inbox.expect("one", &one).and_then(|()| inbox.expect("two", &two));
        stored.map_err(|failure| failure.when(&when))?;
    }
    Ok(())
}

/// Three files in one write; the second one looks like a header.
fn back_to_back(trial: &mut Trial) -> Result<(), Failure> {
    const WHEN: &str = "three files in one write";
    let (inbox, server) = open(trial, &[])?;
    let files = [("a", trial.random.bytes(20)), ("b", b"c|3\nabc".to_vec()), ("d", trial.random.bytes(2000))];
    let stream: Vec<u8> = files
        .iter()
        .flat_map(|(name, content)| [header(name, content.len()), content.clone()].concat())
        .collect();
    let mut peer = server.connect()?;
    peer.send(&stream)?;
    peer.half_close();
    let confirmed = confirm(&mut peer, &files).map_err(|failure| failure.when(WHEN));
    confirmed.map_err(|failure| eaten(&inbox, &stream).unwrap_or(failure))?;
    for (name, content) in &files {
        inbox.expect(name, content).map_err(|failure| failure.when(WHEN))?;
    }
    inbox.expect_only(&server, &["a", "b", "d"], WHEN)?;

    // The same for a client that does wait for `ready`, and then has more to say than the file.
    let mut peer = server.connect()?;
    announce(&mut peer, "a", 3)?;
    peer.send(&[b"abc", &header("d", 0)[..]].concat())?;
    peer.half_close();
    peer.expect_all(b"ok 3\nready\nok 0\n")
        .map_err(|failure| failure.when("a file and the header of the next one in one write"))
}

fn confirm(peer: &mut crate::Peer, files: &[(&str, Vec<u8>)]) -> Result<(), Failure> {
    for (number, (name, content)) in files.iter().enumerate() {
        let answers = [b"ready\n", &confirmation(content)[..]].concat();
        peer.expect(&answers).map_err(|failure| match number {
            0 => failure.when(format!("the file `{name}`")),
            _ => failure.when(format!(
                "the file `{name}`, whose header came with the file before it: what was received beyond the end of a file is \
                 the next header, keep it"
            )),
        })?;
    }
    peer.expect_eof()
}

/// The first file went on beyond its end, into the header of the next one.
fn eaten(inbox: &Inbox, stream: &[u8]) -> Option<Failure> {
    let found = inbox.read("a")?;
    let beyond = &stream[header("a", 20).len()..];
    (found.len() > 20 && beyond.starts_with(&found)).then(|| {
        let why =
            "the file `a` holds more than its 20 bytes: the header of the next file was stored as content";
        Failure::new(why).compared(&found, &beyond[..20])
    })
}
