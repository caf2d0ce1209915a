//! shutdown: stop on request.

use std::time::Duration;

use crate::lessons::common::{self, wait_until_accepted};
use crate::{Check, Exit, Failure, Peer, Server, Stream, Suite, Trial, proc, until};

/// More than the kernel holds for a connection, on its way from a program that writes to one that does not read.
const REPLY: usize = 32 << 20;

/// How long a stop may take: the task says a second, the rest is for a busy machine.
const STOP: Duration = Duration::from_secs(4);

pub(super) static SHUTDOWN: Suite = Suite {
    name: "shutdown",
    about: "A server that stops in order when it is told to",
    checks: &[
        Check {
            name: "serves",
            points: 1,
            means: "The end of stdin is not the word `stop`: a server in the background has no stdin at all.",
            run: serves,
        },
        Check {
            name: "stop-idle",
            points: 2,
            means: "A flag wakes nobody who sleeps in accept: only something that happens on a descriptor does.",
            run: stop_idle,
        },
        Check {
            name: "idle-clients",
            points: 2,
            means: "A thread that waits for a request has none in hand: end its reading, and it is done.",
            run: idle_clients,
        },
        Check {
            name: "reply-in-flight",
            points: 3,
            means: "In order: close the door first, finish what was begun, then go. Who exits ends all threads at once.",
            run: reply_in_flight,
        },
        Check {
            name: "port-free",
            points: 1,
            means: "A port may have connections in TIME_WAIT; SO_REUSEADDR says that a new listener does not mind.",
            run: port_free,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client may be gone at every step. That ends its thread, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b"ha 3\n"),
        },
    ],
};

fn talk(mut peer: Peer) -> Result<(), Failure> {
    ask(&mut peer, "ha", 3)?;
    peer.half_close();
    peer.expect_eof()
}

fn ask(peer: &mut Peer, word: &str, times: usize) -> Result<(), Failure> {
    peer.send(format!("{word} {times}\n").as_bytes())?;
    peer.expect(format!("{}\n", word.repeat(times)).as_bytes())
}

fn serves(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve_typed(&[])?;
    let mut peer = server.connect()?;
    for _ in 0..3 {
        let (word, times) = (trial.random.word(5), trial.random.between(1, 50));
        ask(&mut peer, &word, times)?;
    }
    server.subject.type_in(b"go on\nstopping\n", trial.deadline())?;
    server.subject.end_stdin();
    let talked = server.connect().and_then(talk);
    talked
        .map_err(|failure| server.blame(failure, "other words on its stdin, and its end: only `stop` stops"))
}

fn stop_idle(trial: &mut Trial) -> Result<(), Failure> {
    for clients in [3, 0] {
        let server = trial.serve_typed(&[])?;
        for _ in 0..clients {
            talk(server.connect()?)?;
        }
        stop(&server)?;
        let exit = match server.subject.wait(server.deadline().at_most(STOP)) {
            Ok(exit) => exit,
            Err(failure) => return Err(failure.when(why_it_does_not_stop(&server))),
        };
        expect_end(&server, exit, clients)?;
    }
    Ok(())
}

/// `stop` was typed in vain: what would a further client change?
fn why_it_does_not_stop(server: &Server) -> &'static str {
    // Still connected while we wait: the program may want to look at it.
    let further = server.connect();
    let ended = server.subject.wait(server.whole_deadline().at_most(STOP)).is_ok();
    match further {
        Ok(_) if ended => {
            "it only ended when one more client came: until then it was blocked in accept, which looks at no flag"
        }
        _ => "`stop` was typed while no client was connected",
    }
}

fn idle_clients(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve_typed(&[])?;
    let silent = server.connect()?;
    let mut asked = server.connect()?;
    ask(&mut asked, "ha", 3)?;
    wait_until_accepted(&server);
    stop(&server)?;
    let ended = server.subject.wait(server.deadline().at_most(STOP));
    let exit = ended.map_err(|failure| {
        failure.when("`stop` was typed, and a client that waits without a request holds up the end")
    })?;
    for mut peer in [silent, asked] {
        peer.expect_eof().map_err(|failure| failure.when("a client without a request, after `stop`"))?;
    }
    expect_end(&server, exit, 2)
}

fn reply_in_flight(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve_typed(&[])?;
    let mut peer = server.connect()?;
    let word = trial.random.word(16);
    let times = REPLY / word.len();
    peer.send(format!("{word} {times}\n").as_bytes())?;
    // The reply has begun, and cannot be complete: it does not fit into the buffers between us.
    peer.expect(word.as_bytes())?;
    stop(&server)?;
    // Asked of the kernel's table: a connection of ours would be one more client.
    if !until(server.deadline().at_most(STOP), || proc::waiting(server.addr).is_none()) {
        let why = "`stop` was typed, and while a reply is in flight the server still accepts connections: close the listener \
                   first";
        return Err(Failure::new(why));
    }
    let expected = format!("{}\n", word.repeat(times - 1));
    let (reply, end) = read_all(&mut peer, expected.len());
    if reply.len() < expected.len() {
        let why = format!(
            "`stop` was typed in the middle of a reply of {REPLY} bytes, and the reply was cut after {} bytes: a reply in flight \
             is finished first",
            reply.len() + word.len()
        );
        let failure = end.map_or_else(|failure| failure.when(&why), |()| Failure::new(&why));
        return Err(server.subject.explain(failure));
    }
    if reply != expected.as_bytes() {
        return Err(Failure::new("the reply is not the word, repeated, and a newline")
            .compared(&reply, expected.as_bytes()));
    }
    end.map_err(|failure| {
        failure.when("`stop` was typed, the whole reply was read, and its connection should end")
    })?;
    let exit = server.subject.wait(server.deadline().at_most(STOP));
    let exit = exit.map_err(|failure| failure.when("`stop` was typed, and the last reply has been taken"))?;
    expect_end(&server, exit, 1)
}

/// Reads until the end, or something else that ends it, or more than `limit` bytes.
fn read_all(peer: &mut Peer, limit: usize) -> (Vec<u8>, Result<(), Failure>) {
    let mut received = Vec::new();
    while received.len() <= limit {
        match peer.read_some() {
            Ok(piece) if piece.is_empty() => return (received, Ok(())),
            Ok(piece) => received.extend(piece),
            Err(failure) => return (received, Err(failure)),
        }
    }
    (received, Ok(()))
}

fn port_free(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve_typed(&[])?;
    let mut peer = server.connect()?;
    ask(&mut peer, "ha", 3)?;
    stop(&server)?;
    // The server closes first, so the connection's rest (TIME_WAIT) is on its side.
    peer.expect_eof().map_err(|failure| failure.when("`stop` was typed while a client was connected"))?;
    drop(peer);
    let exit = server.subject.wait(server.deadline().at_most(STOP))?;
    expect_end(&server, exit, 1)?;
    let again = trial.serve_on(&server.addr.to_string(), &[]).map_err(|failure| {
        failure.when(
            "started again on the same address, while a connection of before is in TIME_WAIT (SO_REUSEADDR allows that)",
        )
    })?;
    talk(again.connect()?)
}

fn stop(server: &Server) -> Result<(), Failure> {
    server.subject.type_in(b"stop\n", server.deadline())
}

/// That it has ended as it should, and has counted its clients.
fn expect_end(server: &Server, exit: Exit, clients: usize) -> Result<(), Failure> {
    if exit != Exit::Code(0) {
        let why = format!("after `stop` the exit code must be 0, not: {exit}");
        return Err(server.subject.explain(Failure::new(why)));
    }
    let what = format!("stopped after {clients} connections");
    let mut last = |line: &str| line.starts_with("stopped after ");
    let line = server.subject.line(Stream::Stdout, &what, server.deadline(), &mut last)?;
    if line != what {
        let why =
            "the last line does not count the clients that were accepted (a connection of your own is none)";
        return Err(Failure::new(why).compared(line.as_bytes(), what.as_bytes()));
    }
    Ok(())
}
