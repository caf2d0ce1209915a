//! patience: a silent client.

use std::time::{Duration, Instant};

use crate::lessons::common::{self, wait_until_accepted};
use crate::{Check, Failure, Peer, Server, Suite, Trial, proc, until};

/// What the task promises is 200 ms. On a machine that does other work too, the fastest of some may take this.
const AT_ONCE: Duration = Duration::from_millis(800);

pub(super) static PATIENCE: Suite = Suite {
    name: "patience",
    about: "A server whose silent clients cost the others nothing",
    checks: &[
        Check { name: "greeting", points: 1, means: "Read a line, answer it, close.", run: greeting },
        Check {
            name: "next-client",
            points: 2,
            means: "Whoever waits for one client cannot serve another. Let each be waited for by a thread of its own.",
            run: next_client,
        },
        Check {
            name: "dropped-in-time",
            points: 2,
            means: "A read waits for ever, unless the connection was told how long (SO_RCVTIMEO). The listener's wait is \
                    another one.",
            run: dropped_in_time,
        },
        Check {
            name: "goes-on",
            points: 2,
            means: "A timeout and a reset are errors of one conversation. They never end the server.",
            run: goes_on,
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "A client that is dropped must be closed too: its descriptor and its thread go.",
            run: |trial| {
                trial.always(["--timeout".to_owned(), "0.2".to_owned()]);
                common::descriptors_return(trial, talk, b"an")
            },
        },
    ],
};

/// One whole right conversation.
fn talk(mut peer: Peer) -> Result<(), Failure> {
    peer.send(b"anna\n")?;
    peer.expect_all(b"hello anna\n")
}

fn greeting(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--timeout", "20"])?;
    for _ in 0..3 {
        let name = trial.random.word(12);
        let mut peer = server.connect()?;
        let (half, rest) = name.split_at(5);
        peer.send_pieces([half.as_bytes(), rest.as_bytes(), b"\n"])?;
        peer.expect_all(format!("hello {name}\n").as_bytes())?;
    }
    Ok(())
}

/// The silent one may stay for longer than this check waits for anything.
fn next_client(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--timeout", "600"])?;
    let silent = server.connect()?;
    wait_until_accepted(&server);
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        let served = server.connect().and_then(talk);
        served.map_err(|failure| failure.when("the client behind a silent one, with --timeout 600"))?;
        fastest = fastest.min(started.elapsed());
        if fastest < AT_ONCE / 4 {
            break;
        }
    }
    if fastest > AT_ONCE {
        return Err(Failure::new(format!(
            "a client behind a silent one had its answer after {} ms at best: it should not wait at all",
            fastest.as_millis()
        )));
    }
    if silent.is_hung_up() {
        return Err(Failure::new(
            "the silent client was hung up on for another one, long before its 600 seconds (--timeout 600) were over",
        ));
    }
    Ok(())
}

fn dropped_in_time(trial: &mut Trial) -> Result<(), Failure> {
    let milliseconds = trial.random.between(200, 400);
    let seconds = format!("0.{milliseconds}");
    let server = trial.serve(&["--timeout", &seconds])?;
    for said in ["", "half a li"] {
        let started = Instant::now();
        let connected = server.connect();
        let mut silent =
            connected.map_err(|failure| server.blame(failure, "a client that was silent for too long"))?;
        silent.send(said.as_bytes())?;
        let hung_up = until(server.deadline(), || silent.is_hung_up());
        let waited = started.elapsed().as_millis();
        let circumstances = format!("with --timeout {seconds}, a client that has said {said:?} and no more");
        if !hung_up {
            let why = format!("{circumstances} is still connected after {waited} ms");
            let failure = Failure::new(why);
            return Err(server.subject.explain_wait(failure, server.subject.cpu_time()));
        }
        if waited < milliseconds as u128 {
            return Err(Failure::new(format!("{circumstances} was hung up on after {waited} ms already")));
        }
        // A quiet machine is some milliseconds late. This is for a busy one, and for whoever counts in whole seconds.
        if waited > milliseconds as u128 + 3000 {
            return Err(Failure::new(format!("{circumstances} was hung up on after {waited} ms only")));
        }
    }
    Ok(())
}

fn goes_on(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--timeout", "0.2"])?;
    talk(server.connect()?)?;
    for (said, step) in [("", "a client that was silent for too long"), ("an", "a client that fell silent")] {
        let mut silent = server.connect()?;
        silent.send(said.as_bytes())?;
        silent.expect_hang_up()?;
        expect_served(&server, step)?;
    }
    let mut leaving = server.connect()?;
    leaving.send(b"an")?;
    let _ = leaving.wait_until_read();
    leaving.reset();
    expect_served(&server, "a client that reset its connection")?;
    common::clients_that_leave(trial, talk, b"anna")
}

fn expect_served(server: &Server, step: &str) -> Result<(), Failure> {
    // A server that is about to die of it may serve somebody meanwhile: let the silent one's thread come to its end.
    let pid = server.subject.pid();
    until(server.deadline().at_most(Duration::from_millis(300)), || proc::threads(pid).is_ok_and(|n| n <= 1));
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, step))
}
