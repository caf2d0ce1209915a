//! However the bytes are cut: the same messages, the same replies, no panic, no reset.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use netkit::framing::{Frames, Line, Lines, Message, Messages, printable};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

#[path = "../lessons/lesson2/head.rs"]
mod head;
#[allow(dead_code, reason = "the deadline is tested through the server")]
#[path = "../lessons/lesson2/http.rs"]
mod http;

/// Cuts `bytes` at `cuts` (taken modulo its length), in order, into pieces that may be empty.
fn pieces(bytes: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    at.extend([0, bytes.len()]);
    at.sort_unstable();
    at.windows(2).map(|ends| bytes[ends[0]..ends[1]].to_vec()).collect()
}

fn lines_of(pieces: &[Vec<u8>], limit: usize) -> (Vec<Line>, Vec<u8>) {
    let mut lines = Lines::new(limit);
    let mut found = Vec::new();
    for piece in pieces {
        lines.push(piece);
        found.extend(std::iter::from_fn(|| lines.next_line()));
        assert!(lines.tail().len() <= limit + 1, "more than the limit is kept");
    }
    (found, lines.tail().to_vec())
}

fn messages_of(pieces: &[Vec<u8>]) -> Vec<Message> {
    let mut messages = Messages::new(1024);
    let mut found = Vec::new();
    for piece in pieces {
        messages.push(piece);
        found.extend(std::iter::from_fn(|| messages.next_message()));
    }
    found
}

/// Bytes in which line ends and the limit's neighbourhood are frequent.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        4 => proptest::collection::vec(any::<u8>(), 0..6),
        1 => (6usize..14).prop_map(|length| vec![b'x'; length]),
    ];
    proptest::collection::vec(part, 0..20).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_cut_gives_the_same_lines(bytes in stream(), cuts in proptest::collection::vec(any::<usize>(), 0..12)) {
        let whole = lines_of(std::slice::from_ref(&bytes), 8);
        prop_assert_eq!(lines_of(&pieces(&bytes, &cuts), 8), whole);
    }

    /// A second, naive reading of the contract: split at every newline, look at the lengths.
    #[test]
    fn lines_are_what_stands_between_newlines(bytes in stream()) {
        let mut expected: Vec<Line> = bytes.split(|&byte| byte == b'\n').map(|line| {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() > 8 { Line::TooLong } else { Line::Complete(line.to_vec()) }
        }).collect();
        // What stands behind the last newline is no line yet, unless it is too long already.
        if expected.pop() == Some(Line::TooLong) {
            expected.push(Line::TooLong);
        }
        prop_assert_eq!(lines_of(&[bytes], 8).0, expected);
    }

    #[test]
    fn any_cut_gives_the_same_frames(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6),
        cuts in proptest::collection::vec(any::<usize>(), 0..12),
    ) {
        let mut wire = Vec::new();
        for payload in &payloads {
            Frames::encode(payload, &mut wire);
        }
        let mut frames = Frames::new(64);
        let mut found = Vec::new();
        for piece in pieces(&wire, &cuts) {
            frames.push(&piece);
            while let Some(frame) = frames.next_frame()? {
                found.push(frame);
            }
        }
        prop_assert_eq!(found, payloads);
    }

    #[test]
    fn a_frame_over_the_limit_is_refused_for_ever(announced in 65u32.., more in any::<[u8; 8]>()) {
        let mut frames = Frames::new(64);
        frames.push(&announced.to_be_bytes());
        for _ in 0..2 {
            let error = frames.next_frame().unwrap_err();
            prop_assert_eq!((error.announced, error.limit), (announced as usize, 64));
            frames.push(&more);
        }
    }

    /// Once a caller has sent a newline, the network may cut and glue as it likes.
    #[test]
    fn any_cut_after_the_first_newline_gives_the_same_messages(
        bytes in stream(),
        cuts in proptest::collection::vec(any::<usize>(), 0..12),
    ) {
        let first = b"0\n".to_vec();
        let whole = messages_of(&[first.clone(), bytes.clone()]);
        let mut cut = vec![first];
        cut.extend(pieces(&bytes, &cuts));
        prop_assert_eq!(messages_of(&cut), whole);
    }

    /// The rule as LESSONS states it, for callers who never send a newline.
    #[test]
    fn a_chunk_without_newline_is_one_message(
        chunks in proptest::collection::vec("[a-z0-9]{1,9}", 1..6)
    ) {
        let sent: Vec<Vec<u8>> = chunks.iter().map(|chunk| chunk.clone().into_bytes()).collect();
        let expected: Vec<Message> = sent.iter().map(|chunk| Message::Text(chunk.clone())).collect();
        prop_assert_eq!(messages_of(&sent), expected);
    }

    #[test]
    fn nothing_dangerous_is_printed(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let shown = printable(&bytes);
        prop_assert!(!shown.chars().any(char::is_control), "{:?}", shown);
        // Everything that was readable still stands there.
        let readable: String = String::from_utf8_lossy(&bytes)
            .chars().filter(|c| !c.is_control() && *c != '\\' && *c != '\u{fffd}').collect();
        prop_assert!(readable.chars().all(|c| shown.contains(c)));
    }

    /// The rules of lesson 2's server know no receives: any cut of the bytes gives the same replies.
    #[test]
    fn any_cut_gives_the_same_replies(
        requests in proptest::collection::vec(request(), 1..5),
        cuts in proptest::collection::vec(any::<usize>(), 0..12),
    ) {
        let bytes = requests.concat();
        let replies = |pieces: &[Vec<u8>]| {
            let mut conversation = http::Conversation::default();
            let mut replies = Vec::new();
            for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
                conversation.receive(piece, &mut replies);
            }
            (String::from_utf8(replies).unwrap(), conversation.is_over())
        };
        let cut = pieces(&bytes, &cuts);
        let shown: Vec<String> = cut.iter().map(|piece| printable(piece)).collect();
        prop_assert_eq!(replies(&cut), replies(&[bytes]), "{:#?}", shown);
    }
}

/// A request that is right, or nearly.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let method = prop_oneof![4 => Just("GET"), 1 => Just("HEAD"), 1 => Just("POST"), 1 => Just("G T")];
    let target = prop_oneof![Just("/"), Just("/zh"), Just("/nope"), Just("http://x/zh"), Just("/?q=1")];
    let version = prop_oneof![6 => Just("HTTP/1.1"), 1 => Just("HTTP/1.0"), 1 => Just("HTTP/2.0"), 1 => Just("HTPT/1.1")];
    let header = prop_oneof![
        6 => Just(""),
        1 => Just("Connection: close\r\n"),
        1 => Just("Connection: keep-alive\r\n"),
        1 => Just("Content-Length: 3\r\nX: y\r\n"),
        1 => Just("Content-Length: 99999999999999999999999\r\n"),
        1 => Just("Content-Length: -1\r\n"),
        1 => Just("Transfer-Encoding: chunked\r\n"),
        1 => Just("Expect: 100-continue\r\nContent-Length: 3\r\n"),
        1 => Just(" folded\r\n"),
    ];
    (method, target, version, header).prop_map(|(method, target, version, header)| {
        let body = if header.contains("Content-Length: 3") { "abc" } else { "" };
        format!("{method} {target} {version}\r\nHost: x\r\n{header}\r\n{body}").into_bytes()
    })
}

/// How many requests the real server must survive.
const MUTATED: u32 = 10_000;

/// Random and mutated requests, over a real connection each: always a reply of HTTP or a clean end,
/// never a reset, a hang or the server's death.
#[test]
fn ten_thousand_mutated_requests_never_reset() {
    let command = common::command(common::Who::Rust, 2, "server", &["--timeout", "5"]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let start = lab::Start { addr: "127.0.0.1:0", dir: folder.path(), extra: &[], typed: false };
    let subject = lab::Subject::start(&command, start).unwrap();
    let addr = subject.ready(lab::Deadline::after(Duration::from_secs(10))).unwrap();

    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mutations = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 0..4);
    let random = proptest::collection::vec(any::<u8>(), 1..300);
    let either = prop_oneof![8 => (request(), mutations).prop_map(mutate), 1 => random];
    for round in 0..MUTATED {
        let bytes = either.new_tree(&mut runner).unwrap().current();
        let reply = exchange(&addr, &bytes);
        let shown = || format!("round {round}, sent {}", printable(&bytes));
        let reply = reply.unwrap_or_else(|error| panic!("{error}: {}", shown()));
        assert!(reply.is_empty() || reply.starts_with(b"HTTP/1.1 "), "{}: {}", printable(&reply), shown());
    }
    assert!(subject.is_alive());
}

/// Changes, doubles or removes a few bytes.
fn mutate((mut bytes, mutations): (Vec<u8>, Vec<(prop::sample::Index, u8, u8)>)) -> Vec<u8> {
    for (at, byte, how) in mutations {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match how {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            _ => {
                bytes.remove(at);
            }
        }
    }
    bytes
}

/// Sends everything and half-closes; then everything that comes back, to a clean end.
fn exchange(addr: &str, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut client = TcpStream::connect(addr)?;
    client.set_read_timeout(Some(Duration::from_secs(10)))?;
    client.write_all(bytes)?;
    match client.shutdown(Shutdown::Write) {
        // It has closed already, with a reply that waits for us.
        Err(error) if error.kind() == ErrorKind::NotConnected => {}
        result => result?,
    }
    let mut reply = Vec::new();
    client.read_to_end(&mut reply)?;
    Ok(reply)
}
