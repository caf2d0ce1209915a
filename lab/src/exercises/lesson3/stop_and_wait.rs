//! stop-and-wait: both ends of a transfer. The grader plays the other end, and at last the network between the two.

use std::fs;
use std::path::Path;

use crate::adversary::LossyProxy;
use crate::bytes::first_difference;
use crate::{Check, Exit, Failure, Random, Subject, Suite, Trial};

mod receiver;
mod sender;

/// Of the file, in a datagram, in bytes.
const PIECE: usize = 512;

pub(super) static STOP_AND_WAIT: Suite = Suite {
    name: "stop-and-wait",
    about: "A sender and a receiver of a file, over UDP that loses, doubles and reorders",
    checks: &[
        Check {
            name: "sends",
            points: 1,
            means: "A number tells a piece from every other one, of the same content too.",
            run: sender::sends,
        },
        Check {
            name: "receives",
            points: 1,
            means: "Each datagram is answered with its own number; the end is a number and nothing behind it.",
            run: receiver::receives,
        },
        Check {
            name: "resend",
            points: 2,
            means: "What is not answered in time was lost, or its answer was. Both are cured by sending it again.",
            run: sender::resend,
        },
        Check {
            name: "late-answer",
            points: 2,
            means: "An answer is for one number. One that comes late or twice says nothing about what is on its way now.",
            run: sender::late_answer,
        },
        Check {
            name: "copies",
            points: 2,
            means: "A lost answer brings a copy of what is written already: answer it, and do not write it again.",
            run: receiver::copies,
        },
        Check {
            name: "end-answer-lost",
            points: 1,
            means: "The last answer can be lost like any other. Whoever gives it stays for a while to repeat it.",
            run: receiver::end_answer_lost,
        },
        Check {
            name: "gives-up",
            points: 1,
            means: "Patience has an end: a peer that is gone is an error to be told, not a reason to try for ever.",
            run: sender::gives_up,
        },
        Check {
            name: "lossy-proxy",
            points: 3,
            means: "30 % lost, some twice, some late: with numbers, answers and patience the file is the same.",
            run: lossy_proxy,
        },
    ],
};

/// So many bytes of numbered lines: what is lost or doubled can be seen.
fn lines(random: &mut Random, length: usize) -> Vec<u8> {
    let mut text: Vec<u8> = (0..length / 16 + 1)
        .flat_map(|number| format!("line {number:3} {}\n", random.word(6)).into_bytes())
        .collect();
    text.truncate(length);
    text
}

/// The pieces of a file, the end included.
fn pieces(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    (0..).zip(bytes.chunks(PIECE).chain([[].as_slice()]))
}

fn expect_success(subject: &Subject, trial: &Trial) -> Result<(), Failure> {
    let exit = subject.wait(trial.whole_deadline())?;
    if exit == Exit::Code(0) {
        return Ok(());
    }
    Err(subject.explain(Failure::new(format!("when all is delivered it ends with exit code 0, not: {exit}"))))
}

fn expect_file(path: &Path, expected: &[u8]) -> Result<(), Failure> {
    let written = fs::read(path).map_err(|error| Failure::new(format!("the received file: {error}")))?;
    let Some(at) = first_difference(&written, expected) else { return Ok(()) };
    let why = format!(
        "the received file has {} bytes, the original {}; they differ from piece {} on",
        written.len(),
        expected.len(),
        at / PIECE
    );
    Err(Failure::new(why).compared(&written, expected))
}

fn lossy_proxy(trial: &mut Trial) -> Result<(), Failure> {
    let length = trial.random.between(7_700, 8_100);
    let bytes = lines(&mut trial.random, length);
    let (original, copy) = (trial.path("original"), trial.path("copy"));
    fs::write(&original, &bytes)?;
    let server = trial.serve(&["receive", &copy.display().to_string()])?;
    let proxy = LossyProxy::start(server.addr, &mut trial.random)?;
    let sender =
        trial.start(&proxy.address().to_string(), &["send", &original.display().to_string()], false)?;
    let sent = expect_success(&sender, trial).map_err(|failure| failure.when("the sender"));
    sent.and_then(|()| expect_file(&copy, &bytes)).map_err(|failure| failure.fact(proxy.done()))
}
