//! frames: a length and that many bytes, from standard input.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::adversary::in_every_split;
use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Check, Deadline};
use crate::{Exit, Failure, Stream, Subject, Suite, Trial};

pub(super) static FRAMES: Suite = Suite {
    name: "frames",
    about: "A program that reads frames behind a length of four bytes",
    checks: &[
        Check {
            name: "one-frame",
            points: 1,
            means: "On the network the big end of a number comes first: 00 00 01 00 is 256.",
            run: one_frame,
        },
        Check {
            name: "empty-frame",
            points: 1,
            means: "A message without bytes is a message. Only read says with 0 that the input has ended.",
            run: empty_frame,
        },
        Check {
            name: "every-split",
            points: 3,
            means: "A stream keeps bytes and their order, not where they were cut: the length can come in pieces, too.",
            run: every_split,
        },
        Check {
            name: "cut-input",
            points: 2,
            means: "The end between two messages is the end; the end within one is a loss, and somebody must be told.",
            run: cut_input,
        },
        Check {
            name: "limit",
            points: 2,
            means: "A length comes from a stranger: look at it before you make room or wait for that much.",
            run: limit,
        },
    ],
};

/// The longest frame that the task allows.
const LIMIT: usize = 65_536;

/// A frame as it is sent.
fn framed(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32).to_be_bytes()[..], content].concat()
}

/// The line that is to be printed for it.
fn printed(content: &[u8]) -> String {
    let mut line = format!("{}:", content.len());
    for byte in content {
        let _ = write!(line, "{byte:02x}");
    }
    line
}

/// The program, running: it has printed its first frame. How long that takes depends on the machine and the language; it is
/// not taken from the check's own time.
fn start(trial: &Trial) -> Result<Subject, Failure> {
    let started = Instant::now();
    let subject = trial.start("", &[], true)?;
    subject.type_in(&framed(b"hi"), trial.deadline())?;
    expect_frame(&subject, b"hi", Deadline::after(Duration::from_secs(8)))?;
    trial.give_back(started.elapsed());
    Ok(subject)
}

/// The next line that the program prints is that of this frame.
fn expect_frame(subject: &Subject, content: &[u8], deadline: Deadline) -> Result<(), Failure> {
    let expected = printed(content);
    let line = subject.line(Stream::Stdout, &shortened(&expected), deadline, &mut |_| true);
    let little = (content.len() as u32).swap_bytes() as usize;
    if line.as_ref().map_or_else(Failure::to_string, Clone::clone).contains(&little.to_string())
        && little > LIMIT
    {
        return Err(Failure::new(format!(
            "the length of {} bytes is taken for {little}: that is little-endian, and the task says big-endian",
            content.len()
        ))
        .sent(&framed(content)));
    }
    let line = line.map_err(|failure| failure.sent(&framed(content)))?;
    if line.trim_end() == expected {
        return Ok(());
    }
    Err(Failure::new(format!("the line for a frame of {} bytes is not the expected one", content.len()))
        .sent(&framed(content))
        .compared(line.as_bytes(), expected.as_bytes()))
}

fn shortened(line: &str) -> String {
    if line.len() <= 40 { line.to_owned() } else { format!("{}…", &line[..40]) }
}

/// After the end of the input: exit 0 and not another line.
fn expect_end(trial: &Trial, subject: &Subject) -> Result<(), Failure> {
    subject.end_stdin();
    let ended = expect_exit(trial, subject, Exit::Code(0));
    ended.map_err(|failure| failure.when("the input has ended between two frames"))?;
    match subject.line(Stream::Stdout, "", trial.deadline(), &mut |_| true) {
        Err(_) => Ok(()),
        Ok(line) => Err(Failure::new("a line was printed for no frame").received(line.as_bytes())),
    }
}

/// Some lengths, each in a frame of its own; the line comes before the next frame does.
fn one_frame(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], true)?;
    let lengths = [trial.random.between(3, 200), trial.random.between(257, 2000), LIMIT];
    for length in lengths {
        let content = trial.random.bytes(length);
        subject.type_in(&framed(&content), trial.deadline())?;
        expect_frame(&subject, &content, trial.deadline())?;
    }
    expect_end(trial, &subject)
}

fn empty_frame(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], true)?;
    let content = trial.random.bytes(9);
    let frames = [&content[..], &[], &[], &content[..4]];
    let all: Vec<u8> = frames.iter().flat_map(|content| framed(content)).collect();
    subject.type_in(&all, trial.deadline())?;
    for (number, frame) in frames.iter().enumerate() {
        expect_frame(&subject, frame, trial.deadline()).map_err(|failure| {
            let why = "a frame of 0 bytes is a frame, and another one can follow";
            if number == 0 { failure } else { failure.sent(&all).when(why) }
        })?;
    }
    expect_end(trial, &subject)
}

/// Three frames, cut in every way. The program goes on from one attempt to the next as long as it is right.
fn every_split(trial: &mut Trial) -> Result<(), Failure> {
    let mut random = trial.random.clone();
    let contents = [random.bytes(5), b"\0\0\0\x02".to_vec(), random.bytes(12)];
    let all: Vec<u8> = contents.iter().flat_map(|content| framed(content)).collect();
    let mut running = None;
    in_every_split(&all, &mut random, |pieces| {
        let subject = running.take().map_or_else(|| start(trial), Ok)?;
        let typed = subject.type_pieces(pieces.iter().copied(), trial.deadline());
        for content in &contents {
            // One that waits for what will never come is soon seen: the others still are to be tried.
            let soon = trial.deadline().at_most(trial.deadline().left() / 2);
            expect_frame(&subject, content, soon)?;
        }
        typed?;
        running = Some(subject);
        Ok(())
    })?;
    running.map_or(Ok(()), |subject| expect_end(trial, &subject))
}

/// A whole frame, and a part of another one.
fn cut_input(trial: &mut Trial) -> Result<(), Failure> {
    let content = trial.random.bytes(10);
    for (count, place) in
        [(4, "behind its length"), (9, "in the middle of its content"), (2, "in the middle of the length")]
    {
        let subject = start(trial)?;
        let sent = &framed(&content)[..count];
        subject.type_in(sent, trial.deadline())?;
        subject.end_stdin();
        expect_refusal(trial, &subject, "").map_err(|failure| {
            failure.when(format!("the input ends {count} bytes into the second frame, {place}")).sent(sent)
        })?;
    }
    Ok(())
}

/// Exit 1 with a message that holds `word`, and no line for what was refused.
fn expect_refusal(trial: &Trial, subject: &Subject, word: &str) -> Result<(), Failure> {
    expect_exit(trial, subject, Exit::Code(1))?;
    if let Ok(line) = subject.line(Stream::Stdout, "", trial.deadline(), &mut |_| true) {
        return Err(Failure::new("a line was printed for it all the same").received(line.as_bytes()));
    }
    let said = subject.tail(Stream::Stderr, usize::MAX).join("\n");
    if said.is_empty() || !said.contains(word) {
        let what = if word.is_empty() { "what is wrong".to_owned() } else { format!("the length, {word}") };
        return Err(Failure::new(format!("stderr should say {what}")).received(said.as_bytes()));
    }
    expect_no_crash(subject)
}

fn limit(trial: &mut Trial) -> Result<(), Failure> {
    let content = trial.random.bytes(LIMIT + 1);
    // The whole frame is there, so that it can be seen when it is taken.
    let subject = start(trial)?;
    // Who ends at the length does not read the rest.
    let _ = subject.type_in(&framed(&content), trial.deadline());
    let line = subject.line(Stream::Stdout, "", trial.deadline(), &mut |_| true);
    if let Ok(line) = line {
        let why = match line.starts_with("65537:") {
            true => format!("a frame of 65537 bytes was taken, and that is over the limit of {LIMIT}"),
            false => "a line was printed for a frame of 65537 bytes, which is over the limit".to_owned(),
        };
        return Err(Failure::new(why).received(line.as_bytes()));
    }
    expect_refusal(trial, &subject, "65537").map_err(|failure| failure.when("a frame of 65537 bytes"))?;

    // Only announced, and the input goes on: nobody may wait for so much.
    for length in [u32::MAX - trial.random.between(0, 999) as u32, 1 << 31, 1 << 30] {
        let subject = start(trial)?;
        subject.type_in(&length.to_be_bytes(), trial.deadline())?;
        let soon = trial.deadline().at_most(Duration::from_secs(5));
        let refused = subject.wait(soon).and_then(|_| expect_refusal(trial, &subject, &length.to_string()));
        refused.map_err(|failure| {
            let signed = length.cast_signed();
            let why = if signed < 0 {
                format!("the length is unsigned: {length}, not {signed}, which is below every limit")
            } else {
                format!("a frame of {length} bytes is announced, over the limit of {LIMIT}")
            };
            failure.when(why).sent(&length.to_be_bytes())
        })?;
    }
    Ok(())
}
