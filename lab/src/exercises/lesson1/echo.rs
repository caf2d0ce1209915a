//! echo: every byte, until the end.

use std::time::Duration;

use crate::bytes::first_difference;
use crate::lessons::common;
use crate::{Check, Failure, Peer, Server, Signal, Suite, Trial, proc, until};

pub(super) static ECHO: Suite = Suite {
    name: "echo",
    about: "A server that sends back every byte until the client ends",
    checks: &[
        Check {
            name: "until-eof",
            points: 2,
            means: "A stream has no messages. Read, send back, read again, until a read gives 0 bytes: the end.",
            run: until_eof,
        },
        Check {
            name: "any-bytes",
            points: 2,
            means: "A socket carries bytes, not text: not all of them are UTF-8, and a read may end inside a character.",
            run: any_bytes,
        },
        Check {
            name: "megabyte",
            points: 2,
            means: "After its own end the client can still read: a half-closed connection has one direction left.",
            run: megabyte,
        },
        Check {
            name: "short-writes",
            points: 1,
            means: "write may take less than it is given, and says so. write_all sends the rest.",
            run: short_writes,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client may be gone before it has its echo. That ends one conversation, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b"hello"),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor; a stream that goes out of scope closes it.",
            run: |trial| common::descriptors_return(trial, talk, b"hello"),
        },
    ],
};

/// One whole right conversation.
fn talk(mut peer: Peer) -> Result<(), Failure> {
    peer.send(b"hello\n")?;
    peer.expect(b"hello\n")?;
    peer.half_close();
    peer.expect_all(b"")
}

fn until_eof(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for _ in 0..3 {
        let mut peer = server.connect()?;
        let mut came = 0;
        for number in 1..=3 {
            let said = trial.random.word(20);
            peer.send(said.as_bytes())?;
            let circumstances = match number {
                1 => "the client has not ended, and wants its echo now; perhaps the program waits for \
                     the end, or for the end of a line"
                    .to_owned(),
                _ => format!(
                    "the first {came} bytes came back; the other {}, sent afterwards, did not. The client has not \
                     ended, and goes on",
                    said.len()
                ),
            };
            peer.expect(said.as_bytes()).map_err(|failure| failure.when(circumstances))?;
            let more = peer.already_there();
            if !more.is_empty() {
                let why = "more came back than was sent: send what was read, not the whole buffer";
                return Err(Failure::new(why)
                    .sent(said.as_bytes())
                    .compared(&[said.as_bytes(), &more].concat(), said.as_bytes()));
            }
            came += said.len();
        }
        peer.half_close();
        peer.expect_all(b"").map_err(|failure| failure.when("the client has ended"))?;
    }
    Ok(())
}

fn any_bytes(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let every: Vec<u8> = (0..=255).collect();
    let random = trial.random.bytes(500);
    for bytes in ["你好\n".as_bytes(), &every, &random] {
        let mut peer = server.connect()?;
        // Cut inside a character, too.
        peer.send_pieces(bytes.chunks(bytes.len() / 2 + 1))?;
        peer.half_close();
        let came = peer.read_to_end(10_000)?;
        if came == bytes {
            continue;
        }
        let replaced = came.windows(3).any(|three| three == "\u{fffd}".as_bytes());
        let why = if replaced {
            "bytes were replaced by U+FFFD (EF BF BD), which stands for what is no UTF-8: the echo must not read them as text"
        } else {
            "other bytes came back than were sent"
        };
        return Err(Failure::new(why).sent(bytes).compared(&came, bytes));
    }
    Ok(())
}

fn megabyte(trial: &mut Trial) -> Result<(), Failure> {
    const MEGABYTE: usize = 1_000_000;
    let server = trial.serve(&[])?;
    let bytes = trial.random.bytes(MEGABYTE);
    let mut peer = server.connect()?;
    peer.exchange(&bytes, 0, MEGABYTE)?;
    // What is on the way when the client ends.
    let last = &bytes[..50_000];
    peer.send(last)?;
    peer.half_close();
    peer.expect_all(last).map_err(|failure| failure.when("the client has ended behind 50,000 more bytes"))
}

/// While the program is in the middle of a `write` it is stopped and goes on: the kernel ends the write early then.
fn short_writes(trial: &mut Trial) -> Result<(), Failure> {
    const ROUNDS: usize = 6;
    let server = trial.serve(&[])?;
    let block = trial.random.bytes(1 << 20);
    let mut peer = server.connect()?;
    let mut sent = 0;
    let mut heard = 0;
    for _ in 0..ROUNDS {
        sent += fill(&mut peer, &block, sent)?;
        interrupt(&server);
        // A part, so that it can go on for a while and comes to stand in the middle of another write.
        let part = (sent - heard) / 2;
        hear(&mut peer, &block, heard, part)?;
        heard += part;
    }
    peer.half_close();
    hear(&mut peer, &block, heard, sent - heard)?;
    peer.expect_all(b"")
}

/// Sends until the program reads no more, because it cannot get rid of what it has.
fn fill(peer: &mut Peer, block: &[u8], begin: usize) -> Result<usize, Failure> {
    let twice = [block, block].concat();
    let mut sent = 0;
    // Without a reader the kernels' buffers on both ways fill up, at some megabytes.
    while sent < 64 << 20 {
        let at = (begin + sent) % block.len();
        let count = peer.push_some(&twice[at..at + block.len()])?;
        if count == 0 {
            break;
        }
        sent += count;
    }
    Ok(sent)
}

/// Stops the program, best in a call that sends, and lets it go on.
fn interrupt(server: &Server) {
    let pid = server.subject.pid();
    let sends = || proc::doing(pid).iter().any(|what| what.contains("in write") || what.contains("in send"));
    until(server.deadline().at_most(Duration::from_millis(500)), sends);
    server.subject.signal(Signal::STOP);
    // Stopped, or ended already.
    until(server.deadline(), || proc::state(pid).map_or(true, |state| matches!(state, 'T' | 'Z')));
    server.subject.signal(Signal::CONT);
}

/// Expects the next `count` bytes behind the first `heard` of the repeated block.
fn hear(peer: &mut Peer, block: &[u8], heard: usize, count: usize) -> Result<(), Failure> {
    let twice = [block, block].concat();
    let mut done = 0;
    while done < count {
        let at = (heard + done) % block.len();
        let most = (count - done).min(64 << 10);
        let came = peer.read_at_most(most)?;
        if came.is_empty() || came != twice[at..at + came.len()] {
            let why = difference(&came, &twice[at..]);
            let why = format!("after the first {} bytes: {why}", heard + done);
            return Err(Failure::new(why).compared(&came, &twice[at..at + came.len().max(32)]));
        }
        done += came.len();
    }
    Ok(())
}

/// What is wrong with `came`, which should be the beginning of `expected`.
fn difference(came: &[u8], expected: &[u8]) -> String {
    if came.is_empty() {
        return "the connection ended, and not all has come back".to_owned();
    }
    let at = first_difference(came, expected).unwrap_or(came.len());
    let after = came.get(at..at + 16).unwrap_or_default();
    let later = expected[at..].windows(16).position(|sixteen| sixteen == after);
    // The block is sent again and again: what is missing by almost a whole one is rather too much by a little.
    let Some(missing) = later.filter(|missing| *missing < expected.len() / 4) else {
        return "other bytes come back than were sent".to_owned();
    };
    format!(
        "{missing} bytes are missing. The program was stopped in a `write` and went on (Ctrl-Z, fg): `write` says how many \
         bytes it took, and the rest is still to be sent"
    )
}
