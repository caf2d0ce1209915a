//! truncation: what did not fit is gone, and the receiver can know it.

use super::open;
use crate::{Check, Failure, Server, Stream, Suite, Trial};

/// The size of the subject's buffer, in bytes.
const BUFFER: usize = 1024;

pub(super) static TRUNCATION: Suite = Suite {
    name: "truncation",
    about: "A UDP server that says when a datagram was larger than its buffer",
    checks: &[
        Check {
            name: "free-port",
            points: 1,
            means: "With port 0 the kernel picks a free port; the ready line tells which (getsockname).",
            run: |trial| trial.serve(&[]).map(drop),
        },
        Check {
            name: "complete",
            points: 1,
            means: "A receive gives one datagram, not as many bytes as there are.",
            run: complete,
        },
        Check {
            name: "cut",
            points: 3,
            means: "recvfrom keeps what fits and throws the rest away. With MSG_TRUNC it returns the true size.",
            run: cut,
        },
        Check {
            name: "full",
            points: 1,
            means: "A full buffer is no sign of a loss: the datagram may have just fitted.",
            run: |trial| see(&trial.serve(&[])?, trial, BUFFER),
        },
        Check {
            name: "empty",
            points: 1,
            means: "A datagram of no bytes is a message. UDP has no end of file.",
            run: empty,
        },
        Check {
            name: "next-datagram",
            points: 2,
            means: "The rest of a cut datagram cannot be read later: the next receive is the next datagram.",
            run: next_datagram,
        },
    ],
};

/// The line about a datagram of `size` bytes.
fn line(size: usize) -> String {
    match size.checked_sub(BUFFER) {
        None | Some(0) => format!("{size} bytes"),
        Some(lost) => format!("{BUFFER} of {size} bytes, {lost} lost"),
    }
}

/// Sends `size` bytes and looks at the line about them.
fn see(server: &Server, trial: &mut Trial, size: usize) -> Result<(), Failure> {
    open(server)?.send(server.addr, &trial.random.bytes(size))?;
    expect(server, size)
}

/// Takes the next line, whatever it is, and says what it means when it is another than the expected one.
fn expect(server: &Server, size: usize) -> Result<(), Failure> {
    let expected = line(size);
    let any = server.subject.line(Stream::Stdout, &expected, server.deadline(), &mut |_| true);
    let printed = any.map_err(|failure| failure.when(format!("a datagram of {size} bytes was sent")))?;
    if printed == expected {
        return Ok(());
    }
    let why = if size > BUFFER && printed == line(BUFFER) {
        "it calls it complete, although the kernel has thrown the rest away: ask for the true size (MSG_TRUNC)"
    } else if size == BUFFER {
        "what exactly fills the buffer has fitted: nothing is lost"
    } else {
        "the line about it is not the expected one"
    };
    Err(Failure::new(why)
        .compared(printed.as_bytes(), expected.as_bytes())
        .when(format!("a datagram of {size} bytes was sent")))
}

fn complete(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for size in [5, trial.random.between(2, 1000), 1023] {
        see(&server, trial, size)?;
    }
    Ok(())
}

fn cut(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for size in [2000, 1025, trial.random.between(1026, 60_000), 65_507] {
        see(&server, trial, size)?;
    }
    Ok(())
}

fn empty(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let seen = see(&server, trial, 0).and_then(|()| see(&server, trial, 7));
    seen.map_err(|failure| match server.expect_alive("an empty datagram: it took it for the end") {
        Err(died) => died,
        Ok(()) => failure,
    })
}

/// Both are there before the first line is looked at: one who reads on gets the second one for the rest of the first.
fn next_datagram(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = open(&server)?;
    for _ in 0..3 {
        let (large, small) = (trial.random.between(1025, 9000), trial.random.between(1, 1000));
        peer.send(server.addr, &trial.random.bytes(large))?;
        peer.send(server.addr, &trial.random.bytes(small))?;
        let seen = expect(&server, large);
        let glued = line(BUFFER + small);
        if seen.is_err() && server.subject.tail(Stream::Stdout, 1) == [glued.clone()] {
            let why = format!(
                "{large} bytes were sent, then {small}: it took the next datagram for the rest of the first one"
            );
            return Err(Failure::new(why).compared(glued.as_bytes(), line(large).as_bytes()));
        }
        seen?;
        expect(&server, small).map_err(|failure| failure.when("behind one that was cut"))?;
    }
    Ok(())
}
