//! big-file: an upload that does not fit into memory, and goes on where it was broken off.
//!
//! The files of gigabytes are holes with a few bytes here and there: they take no room, and every byte is still compared.

use crate::lessons::lesson6::uploads::header;
use crate::{Check, Failure, Listener, Suite, Trial};

mod client;
mod sparse;

use client::{expect_success, expect_trouble, finish, out_of_memory, receive, start};
use sparse::Sparse;

pub(super) static BIG_FILE: Suite = Suite {
    name: "big-file",
    about: "A client that uploads a file of any size, from any offset on",
    checks: &[
        Check {
            name: "small",
            points: 1,
            means: "The name and the size, the answer, the bytes, the answer.",
            run: small,
        },
        Check {
            name: "offset",
            points: 2,
            means: "An offset is where to begin: so many bytes are there already, and the rest is to be sent.",
            run: offset,
        },
        Check {
            name: "split-answer",
            points: 2,
            means: "An answer is a line. Its first half is a number, too, but another one.",
            run: split_answer,
        },
        Check {
            name: "far-offset",
            points: 1,
            means: "Files are larger than 4 GiB, and so are their offsets: they have 64 bits.",
            run: far_offset,
        },
        Check {
            name: "memory",
            points: 3,
            means: "Read a piece, send it, and take the next one into the same place.",
            run: memory,
        },
        Check {
            name: "broken-off",
            points: 2,
            means: "What was sent has perhaps not arrived. Only the answer says that it has.",
            run: broken_off,
        },
    ],
};
/// A whole upload of `content` from `offset` on, with the answer `ready OFFSET` in these pieces.
fn exchange(trial: &Trial, content: &[u8], offset: usize, cut: Option<usize>) -> Result<(), Failure> {
    let path = trial.path("small file.bin");
    std::fs::write(&path, content)?;
    let listener = Listener::open()?;
    let (client, mut peer) = start(trial, &path, &listener)?;
    peer.expect(&header("small file.bin", content.len()))?;
    let answer = format!("ready {offset}\n");
    let (first, second) = answer.split_at(cut.unwrap_or(0));
    peer.send_pieces([first, second].iter().filter(|piece| !piece.is_empty()).map(|piece| piece.as_bytes()))?;
    let expected = &content[offset..];
    let mut received = Vec::new();
    while received.len() < expected.len() && expected.starts_with(&received) {
        match peer.read_some() {
            Ok(bytes) if bytes.is_empty() => {
                let count = received.len();
                let why = format!(
                    "the connection ended after {count} of {} bytes from {offset} on",
                    expected.len()
                );
                return Err(client.explain(Failure::new(why)));
            }
            Ok(bytes) => received.extend(bytes),
            Err(failure) => return Err(failure.compared(&received, expected)),
        }
    }
    if received != expected {
        let failure = Failure::new(whence(content, &received, offset)).sent(answer.as_bytes());
        return Err(failure.compared(&received, expected));
    }
    peer.send(format!("ok {}\n", content.len()).as_bytes())?;
    expect_success(trial, &client, expected.len() as u64, offset as u64)?;
    peer.expect_eof()
}

/// Where in the file the bytes are from that came instead of those at the offset.
fn whence(content: &[u8], received: &[u8], offset: usize) -> String {
    if received.len() > content.len() - offset && received.starts_with(&content[offset..]) {
        return "more came than the rest of the file".to_owned();
    }
    let begin = &received[..received.len().min(16)];
    match content.windows(begin.len()).position(|window| window == begin) {
        Some(0) if offset > 0 => {
            format!("the file came from the beginning, and its first {offset} bytes are there already")
        }
        Some(place) if place != offset => {
            format!("the file came from byte {place} on, not from byte {offset}")
        }
        _ => "what came is not what is in the file".to_owned(),
    }
}

fn small(trial: &mut Trial) -> Result<(), Failure> {
    for size in [5000, 0] {
        let content = trial.random.bytes(size);
        exchange(trial, &content, 0, None)
            .map_err(|failure| failure.when(format!("a file of {size} bytes")))?;
    }
    Ok(())
}

fn offset(trial: &mut Trial) -> Result<(), Failure> {
    const SIZE: usize = 300_000;
    let content = trial.random.bytes(SIZE);
    // None of them is the same from the other end.
    for offset in [trial.random.between(200_000, 290_000), trial.random.between(1, 100), SIZE] {
        let when = format!("the answer was `ready {offset}`, for a file of {SIZE} bytes");
        exchange(trial, &content, offset, None).map_err(|failure| failure.when(when))?;
    }
    Ok(())
}

fn split_answer(trial: &mut Trial) -> Result<(), Failure> {
    let content = trial.random.bytes(60_000);
    let offset = trial.random.between(10_000, 50_000);
    for cut in ["ready 12".len(), "rea".len(), "ready 12345".len()] {
        let answer = format!("ready {offset}\n");
        let (first, second) = answer.split_at(cut);
        let when =
            format!("the answer came in two pieces, {first:?} and {second:?}, and it ends at its newline");
        exchange(trial, &content, offset, Some(cut)).map_err(|failure| failure.when(when))?;
    }
    Ok(())
}

fn far_offset(trial: &mut Trial) -> Result<(), Failure> {
    let size = (5 << 30) + trial.random.between(0, 99_999) as u64;
    let file = Sparse::create(trial, size)?;
    let offset = file.size - trial.random.between(100_000, 500_000) as u64;
    let listener = Listener::open()?;
    let (client, mut peer) = start(trial, &file.path, &listener)?;
    peer.expect(&header("big.bin", file.size as usize))?;
    peer.send(format!("ready {offset}\n").as_bytes())?;
    receive(&client, &mut peer, &file, offset, file.size).map_err(|failure| {
        failure.when(format!("an offset of {offset}, for which 32 bits are not enough"))
    })?;
    finish(trial, &client, &mut peer, &file, offset)
}

fn memory(trial: &mut Trial) -> Result<(), Failure> {
    let file = Sparse::create(trial, 1 << 30)?;
    let listener = Listener::open()?;
    let mut started = None;
    let received = start(trial, &file.path, &listener).and_then(|(client, peer)| {
        let (client, peer) = started.insert((client, peer));
        peer.expect(&header("big.bin", 1 << 30))?;
        peer.send(b"ready 0\n")?;
        receive(client, peer, &file, 0, file.size)
    });
    received
        .map_err(|failure| out_of_memory(trial, started.as_ref().map(|(client, _)| &**client), failure))?;
    match started {
        Some((client, mut peer)) => finish(trial, &client, &mut peer, &file, 0),
        None => Ok(()),
    }
}

/// The server goes in the middle; started again, the client goes on from there. And at last nobody says `ok`.
fn broken_off(trial: &mut Trial) -> Result<(), Failure> {
    let file = Sparse::create(trial, 64 << 20)?;
    let listener = Listener::open()?;

    let (client, mut peer) = start(trial, &file.path, &listener)?;
    peer.expect(&header("big.bin", file.size as usize))?;
    peer.send(b"ready 0\n")?;
    receive(&client, &mut peer, &file, 0, 1 << 20)?;
    peer.reset();
    expect_trouble(trial, &client)
        .map_err(|failure| failure.when("the server has gone in the middle of the file"))?;

    let offset = file.size - trial.random.between(1 << 20, 8 << 20) as u64;
    let (client, mut peer) = start(trial, &file.path, &listener)?;
    peer.expect(&header("big.bin", file.size as usize))?;
    peer.send(format!("ready {offset}\n").as_bytes())?;
    receive(&client, &mut peer, &file, offset, file.size).map_err(|failure| failure.when("started again"))?;
    peer.half_close();
    expect_trouble(trial, &client).map_err(|failure| {
        failure.when("the server has taken all bytes and gone without `ok`: perhaps its disk was full")
    })
}
