//! The subject receives, the grader sends.

use std::fs;
use std::path::PathBuf;

use super::super::open;
use super::{PIECE, expect_file, expect_success, lines, pieces};
use crate::{Failure, Server, Trial, UdpPeer};

/// The subject as a receiver, and the grader that sends to it.
struct Link {
    server: Server,
    peer: UdpPeer,
    path: PathBuf,
}

impl Link {
    fn start(trial: &Trial, name: &str) -> Result<Link, Failure> {
        let path = trial.path(name);
        let server = trial.serve(&["receive", &path.display().to_string()])?;
        let peer = open(&server)?;
        Ok(Link { server, peer, path })
    }

    /// Sends one datagram and expects its answer.
    fn put(&mut self, number: u32, piece: &[u8]) -> Result<(), Failure> {
        let datagram = [&number.to_be_bytes(), piece].concat();
        self.peer.send(self.server.addr, &datagram)?;
        let answered = self.peer.expect(self.server.addr, &number.to_be_bytes());
        answered.map_err(|failure| {
            failure.when(format!("the answer to datagram {number} is its number, 4 bytes"))
        })
    }
}

pub(super) fn receives(trial: &mut Trial) -> Result<(), Failure> {
    for length in [3 * PIECE + trial.random.between(1, 511), 2 * PIECE, 0] {
        let mut link = Link::start(trial, "copy")?;
        let bytes = trial.random.bytes(length);
        pieces(&bytes).try_for_each(|(number, piece)| link.put(number, piece))?;
        expect_file(&link.path, &bytes)
            .map_err(|failure| failure.when("the end was answered, so the file must be complete"))?;
    }
    Ok(())
}

/// Copies of what is written, as lost answers and late datagrams make them. Each story names the datagrams in the order in
/// which they come; the end follows.
pub(super) fn copies(trial: &mut Trial) -> Result<(), Failure> {
    let stories: [(&str, &[u32], &str); 3] = [
        ("the answer to datagram 0 is lost", &[0, 0, 1, 2], "what comes again was written twice"),
        (
            "datagram 0 comes once more, after 1",
            &[0, 1, 0, 2],
            "a late copy was written: it is not the last one, and yet an old one",
        ),
        (
            "datagrams 0 and 1 have the same content",
            &[0, 1, 2],
            "two pieces of the same content are two: only the number tells a copy",
        ),
    ];
    for (index, (story, numbers, why)) in stories.into_iter().enumerate() {
        let mut link = Link::start(trial, &format!("copy-{index}"))?;
        let text = lines(&mut trial.random, 3 * PIECE);
        let mut parts: Vec<Vec<u8>> = text.chunks(PIECE).map(<[u8]>::to_vec).collect();
        if index == 2 {
            parts[1] = parts[0].clone();
        }
        for (at, &number) in numbers.iter().enumerate() {
            let copy = numbers[..at].contains(&number);
            let put = link.put(number, &parts[number as usize]);
            put.map_err(|failure| match copy {
                true => {
                    failure.when(format!("{story}: it does not answer a copy, so the sender can never go on"))
                }
                false => failure.when(story),
            })?;
        }
        link.put(3, b"")?;
        let written = fs::read(&link.path)?;
        let expected = parts.concat();
        if written != expected {
            let failure = Failure::new(format!("{story}: {why}")).compared(&written, &expected);
            return Err(failure.fact(format!(
                "the file has {} bytes, it should have {}",
                written.len(),
                expected.len()
            )));
        }
    }
    Ok(())
}

pub(super) fn end_answer_lost(trial: &mut Trial) -> Result<(), Failure> {
    let mut link = Link::start(trial, "copy")?;
    link.put(0, b"all there is")?;
    link.put(1, b"")?;
    for _ in 0..2 {
        link.put(1, b"").map_err(|failure| {
            failure
                .when("the answer to the end was lost, and the receiver has left instead of answering again")
        })?;
    }
    expect_file(&link.path, b"all there is")?;
    let ended = expect_success(&link.server.subject, trial);
    ended.map_err(|failure| failure.when("a second after the last datagram the receiver ends"))
}
