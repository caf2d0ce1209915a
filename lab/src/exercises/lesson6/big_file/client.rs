//! The client under test: how it starts, what comes from it, and how it ends.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::sparse::Sparse;
use crate::lessons::endings::expect_no_crash;
use crate::{Deadline, Exit, Failure, Listener, Peer, Stream, Subject, Trial, bytes, proc};

/// Starts the client on this file and accepts its connection.
pub(super) fn start(trial: &Trial, path: &Path, listener: &Listener) -> Result<(Rc<Subject>, Peer), Failure> {
    let addr = listener.address()?.to_string();
    let client = Rc::new(trial.start(&addr, &["--file", &path.display().to_string()], false)?);
    // Not even a wrong one gets so much that it hurts.
    client.limit_memory(CEILING)?;
    let (started, deadline) = (Instant::now(), Deadline::after(START));
    let mut accepted = listener.accept(&client, deadline.at_most(LOOK));
    while accepted.is_err() && client.is_alive() && !deadline.passed() {
        // Perhaps it reads before it connects.
        expect_little_memory(&client)?;
        accepted = listener.accept(&client, deadline.at_most(LOOK));
    }
    trial.give_back(started.elapsed());
    Ok((client, accepted?.until(patience(trial))))
}

/// A gigabyte takes a while on a busy machine. Each single wait is as short as ever.
pub(super) fn patience(trial: &Trial) -> Deadline {
    trial.whole_deadline().later_by(Duration::from_secs(60))
}

/// How long a program may take to start and connect. It is not taken from the check's own time.
const START: Duration = Duration::from_secs(8);
/// How often a look is taken at a client that does not connect.
const LOOK: Duration = Duration::from_millis(500);
/// Behind it an allocation fails.
const CEILING: u64 = 256 << 20;

/// What it prints at the end, and that it ends.
pub(super) fn expect_success(trial: &Trial, client: &Subject, sent: u64, offset: u64) -> Result<(), Failure> {
    let expected = format!("sent {sent} bytes from {offset}");
    let printed = client.line(Stream::Stdout, &expected, patience(trial).soon(), &mut |_| true)?;
    if printed != expected {
        let why = "what it prints at the end is not the expected line";
        return Err(Failure::new(why).compared(printed.as_bytes(), expected.as_bytes()));
    }
    expect_exit(trial, client, Exit::Code(0))
}

/// Taken at a time: a gibibyte in small pieces would be many wake-ups.
const PIECE: usize = 1 << 20;

/// Reads what is to come from `offset` on, up to `end`, and compares it; looks now and then at the client's memory.
pub(super) fn receive(
    client: &Subject,
    peer: &mut Peer,
    file: &Sparse,
    offset: u64,
    end: u64,
) -> Result<(), Failure> {
    let (mut at, mut next_look) = (offset, offset);
    while at < end {
        let piece = peer.read_at_most(PIECE).map_err(|failure| {
            failure.when(format!("{} MiB of {} had come", (at - offset) >> 20, (file.size - offset) >> 20))
        })?;
        if piece.is_empty() {
            let why = format!("the connection ended after {} of {} bytes", at - offset, file.size - offset);
            return Err(client.explain(Failure::new(why)));
        }
        let expected = file.bytes(at, piece.len());
        if piece != expected {
            let wrong = bytes::first_difference(&piece, &expected).unwrap_or(0) as u64;
            let why = format!("what came for byte {} of the file is something else", at + wrong);
            return Err(Failure::new(why).compared(&piece, &expected));
        }
        at += piece.len() as u64;
        if at >= next_look {
            expect_little_memory(client)?;
            next_look += 64 << 20;
        }
    }
    expect_little_memory(client)
}

/// The most that it may have in memory: some for the program (Python is not small), and some for the file.
const ALLOWED: u64 = 32 << 20;

fn expect_little_memory(client: &Subject) -> Result<(), Failure> {
    // One that has ended already has no memory; what it did is seen otherwise.
    let Ok(memory) = proc::memory(client.pid()) else { return Ok(()) };
    if memory.peak <= ALLOWED {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the program takes {} MiB of memory, {} are allowed. A file is not to be in memory as a whole",
        memory.peak >> 20,
        ALLOWED >> 20
    )))
}

/// All bytes have come: says so, and expects that it says so, too.
pub(super) fn finish(
    trial: &Trial,
    client: &Subject,
    peer: &mut Peer,
    file: &Sparse,
    offset: u64,
) -> Result<(), Failure> {
    peer.send(format!("ok {}\n", file.size).as_bytes())?;
    expect_success(trial, client, file.size - offset, offset)?;
    peer.expect_eof()
}

/// Where it was memory that the client had too little of, this is the story.
pub(super) fn out_of_memory(trial: &Trial, client: Option<&Subject>, failure: Failure) -> Failure {
    let mut said = failure.to_string();
    if let Some(client) = client {
        // It may be dying just now.
        let _ = client.wait(patience(trial).at_most(Duration::from_secs(2)));
        said += &client.tail(Stream::Stderr, usize::MAX).join("\n");
    }
    if said.contains("as a whole") || !said.to_lowercase().contains("memory") {
        return failure;
    }
    let why = "256 MiB of memory are allowed here, and the file has 1 GiB. A file is not to be in memory as a whole";
    failure.when(why)
}

fn expect_exit(trial: &Trial, client: &Subject, expected: Exit) -> Result<(), Failure> {
    let exit = client.wait(patience(trial).soon())?;
    if exit == expected {
        return Ok(());
    }
    Err(client.explain(Failure::new(format!("it should have ended with {expected}, not: {exit}"))))
}

pub(super) fn expect_trouble(trial: &Trial, client: &Subject) -> Result<(), Failure> {
    expect_exit(trial, client, Exit::Code(1))?;
    if client.tail(Stream::Stderr, 1).is_empty() {
        return Err(Failure::new("stderr should say that the file has not arrived"));
    }
    if let Ok(line) = client.line(Stream::Stdout, "", patience(trial).soon(), &mut |_| true) {
        return Err(Failure::new("it said that the file was sent").received(line.as_bytes()));
    }
    expect_no_crash(client)
}
