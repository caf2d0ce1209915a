//! The subject sends, the grader receives.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::{PIECE, expect_success, lines, pieces};
use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Exit, Failure, Stream, Subject, Trial, UdpPeer, until};

/// The tries of one datagram, as the task says.
const TRIES: usize = 25;

/// The subject as a sender, and the grader where it sends to.
struct Link {
    subject: Rc<Subject>,
    peer: UdpPeer,
    /// The subject's address, as soon as it has sent something.
    from: Option<SocketAddr>,
    /// What has come, by number.
    received: Vec<Vec<u8>>,
}

impl Link {
    /// Starts the subject with a file of these bytes.
    fn start(trial: &Trial, bytes: &[u8]) -> Result<Link, Failure> {
        let path = trial.path("original");
        fs::write(&path, bytes)?;
        let peer = UdpPeer::open(IpAddr::V4(Ipv4Addr::LOCALHOST), trial.whole_deadline())?;
        let arguments = ["send", &path.display().to_string()];
        let subject = Rc::new(trial.start(&peer.address()?.to_string(), &arguments, false)?);
        let peer = peer.to_subject(&subject);
        Ok(Link { subject, peer, from: None, received: Vec::new() })
    }

    /// The next datagram, new or not.
    fn next(&mut self) -> Result<(u32, Vec<u8>), Failure> {
        let (datagram, from) = self.peer.receive()?;
        self.from = Some(from);
        split(&datagram)
    }

    /// Waits for the datagram `number`, past copies of earlier ones: a busy machine may make the subject impatient.
    fn new_one(&mut self, number: u32, expected: &[u8]) -> Result<(), Failure> {
        loop {
            let (came, piece) = self.next()?;
            if came == number && piece == expected {
                self.received.push(piece);
                return Ok(());
            }
            let why = match self.received.get(came as usize) {
                Some(same) if *same == piece => {
                    self.answer(came)?;
                    continue;
                }
                Some(_) => format!(
                    "two different pieces have the same number, {came}: how is a copy told from the next one?"
                ),
                None if came == number => format!("piece {number} is not that of the file"),
                None => format!("number {number} is the next one, number {came} came"),
            };
            return Err(Failure::new(why).compared(&piece, expected));
        }
    }

    fn answer(&mut self, number: u32) -> Result<(), Failure> {
        self.from.map_or(Ok(()), |from| self.peer.send(from, &number.to_be_bytes()))
    }
}

fn split(datagram: &[u8]) -> Result<(u32, Vec<u8>), Failure> {
    match datagram.split_first_chunk() {
        Some((number, piece)) if piece.len() <= PIECE => Ok((u32::from_be_bytes(*number), piece.to_vec())),
        _ => {
            let why = format!("a datagram has a number of 4 bytes and up to {PIECE} bytes of the file");
            Err(Failure::new(why).received(datagram))
        }
    }
}

pub(super) fn sends(trial: &mut Trial) -> Result<(), Failure> {
    for length in [3 * PIECE + trial.random.between(1, 511), 2 * PIECE, 0] {
        // Of any value: a file need not be text.
        let bytes = trial.random.bytes(length);
        let mut link = Link::start(trial, &bytes)?;
        let sent = pieces(&bytes).try_for_each(|(number, piece)| {
            let came = link.new_one(number, piece).and_then(|()| link.answer(number));
            came.map_err(|failure| failure.when(format!("datagram {number} of a file of {length} bytes")))
        });
        sent.and_then(|()| expect_success(&link.subject, trial))?;
    }
    Ok(())
}

pub(super) fn resend(trial: &mut Trial) -> Result<(), Failure> {
    let bytes = lines(&mut trial.random, PIECE + 100);
    let mut link = Link::start(trial, &bytes)?;
    for (number, piece) in pieces(&bytes) {
        link.new_one(number, piece)?;
        let again = link.next().map_err(|failure| {
            failure.when(format!("datagram {number} was lost, and is never sent again"))
        })?;
        // A copy of an earlier one may come first, but only on a busy machine, and then it is none of a new one.
        let late = again.0 < number && link.received.get(again.0 as usize) == Some(&again.1);
        if again != (number, piece.to_vec()) && !late {
            let why = format!("datagram {number} was lost: it must come again, not datagram {}", again.0);
            return Err(Failure::new(why).compared(&again.1, piece));
        }
        link.answer(number)?;
    }
    expect_success(&link.subject, trial)
}

pub(super) fn late_answer(trial: &mut Trial) -> Result<(), Failure> {
    let bytes = lines(&mut trial.random, 3 * PIECE);
    let mut link = Link::start(trial, &bytes)?;
    for (number, piece) in pieces(&bytes) {
        link.new_one(number, piece)?;
        if number == 1 {
            // Datagram 1 is lost. The answer to 0 comes once more, and one that makes no sense.
            link.answer(0)?;
            link.answer(77)?;
            must_stay(&mut link)?;
        }
        link.answer(number)?;
    }
    expect_success(&link.subject, trial)
}

/// Datagram 1 has no answer: it must come again, and nothing else. What is there already may be older than the late
/// answers; of what follows, one may have been under way. The third one is certain.
fn must_stay(link: &mut Link) -> Result<(), Failure> {
    let mut seen = Vec::new();
    while let Some(datagram) = link.peer.already_there()? {
        seen.push(split(&datagram)?);
    }
    for _ in 0..2 {
        let again = link.next();
        seen.push(again.map_err(|failure| failure.when("datagram 1 was lost, and does not come again"))?);
    }
    match seen.into_iter().find(|(number, _)| *number > 1) {
        None => Ok(()),
        Some((number, _)) => Err(Failure::new(format!(
            "datagram 1 was lost; it took a late answer to datagram 0 for that to 1, and went on with datagram {number}"
        ))),
    }
}

pub(super) fn gives_up(trial: &mut Trial) -> Result<(), Failure> {
    let bytes = lines(&mut trial.random, 3 * PIECE);
    let mut link = Link::start(trial, &bytes)?;
    link.new_one(0, &bytes[..PIECE])?;
    link.answer(0)?;
    link.new_one(1, &bytes[PIECE..2 * PIECE])?;
    let (started, mut tries) = (Instant::now(), 1);
    // From here on nobody answers any more.
    until(trial.whole_deadline(), || {
        // Looked at before the datagrams: the last of them is there when it has ended.
        let ended = !link.subject.is_alive();
        while let Ok(Some(_)) = link.peer.already_there() {
            tries += 1;
        }
        ended || tries > 2 * TRIES
    });
    if tries > 2 * TRIES {
        let why = format!(
            "the receiver is gone: after {TRIES} tries it should give up, it has tried {tries} times: for ever?"
        );
        return Err(Failure::new(why));
    }
    expect_exit(trial, &link.subject, Exit::Code(1))
        .map_err(|failure| failure.when("the receiver is gone"))?;
    if tries + 5 < TRIES || tries > TRIES + 5 {
        return Err(Failure::new(format!(
            "the receiver is gone: {TRIES} tries were asked for, there were {tries}"
        )));
    }
    if started.elapsed() < Duration::from_millis(40) * TRIES as u32 / 2 {
        let why = "the tries follow each other at once: give the answer 40 ms to come";
        return Err(Failure::new(format!("{why}; all {tries} took {} ms", started.elapsed().as_millis())));
    }
    if link.subject.tail(Stream::Stderr, 1).is_empty() {
        return Err(Failure::new("whoever gives up says so on stderr"));
    }
    expect_no_crash(&link.subject)
}
