//! echo-loop: an event loop.

use crate::lessons::common;
use crate::lessons::lesson5::echo;
use crate::{Check, Failure, Suite, Trial};

pub(super) static ECHO_LOOP: Suite = Suite {
    name: "echo-loop",
    about: "A server that sends back what it gets to any number of clients, from one thread",
    checks: &[
        Check {
            name: "echo",
            points: 1,
            means: "What a client says comes back, byte for byte, and the connection ends when the client has said all.",
            run: echo::one_client,
        },
        Check {
            name: "half-close",
            points: 2,
            means: "EOF ends the reading, not the connection: what is still to be sent goes out first.",
            run: echo::half_close,
        },
        Check {
            name: "queue",
            points: 3,
            means: "write says how much it took, perhaps nothing (WouldBlock). The rest is yours until it is taken.",
            run: echo::queue,
        },
        Check {
            name: "tail",
            points: 2,
            means: "At EOF there may be something in the queue. It goes out when the client reads; until then the server \
                    sleeps, and watches only for room to write.",
            run: echo::queue_at_the_end,
        },
        Check {
            name: "end-of-stream",
            points: 2,
            means: "At EOF read gives nothing, at once and for ever. Whoever goes on watching never sleeps again.",
            run: end_of_stream,
        },
        Check {
            name: "idle",
            points: 2,
            means: "A socket is nearly always ready for writing. Ask for that only while you have something to write.",
            run: idle,
        },
        Check {
            name: "at-once",
            points: 2,
            means: "One thread serves a hundred clients, because it waits for all of them at once.",
            run: echo::many,
        },
        Check {
            name: "come-and-go",
            points: 2,
            means: "Clients leave, also with a reset. None ends the server, and no descriptor stays.",
            run: echo::come_and_go,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client that breaks its connection off ends one conversation, never the server.",
            run: |trial| common::clients_that_leave(trial, echo::talk, b"echo\n"),
        },
    ],
};

/// A client has said all: that is noticed, once.
fn end_of_stream(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut other = server.connect()?;
    echo::echo(&mut other, trial.random.word(8).as_bytes())?;
    let mut peer = server.connect()?;
    echo::echo(&mut peer, b"bye")?;
    peer.half_close();
    echo::expect_no_work(&server, "a client has said all (EOF)")?;
    peer.expect_eof()?;
    echo::echo(&mut other, trial.random.word(8).as_bytes())
}

/// Clients are there, and none of them says anything.
fn idle(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let (mut spoke, _silent) = (server.connect()?, server.connect()?);
    echo::echo(&mut spoke, trial.random.word(8).as_bytes())?;
    echo::expect_no_work(&server, "two clients are connected, and neither says anything")
}
