//! edge: edge-triggered epoll.
//!
//! Nobody else can count the wake-ups of a program, so it says itself how many it had. What it says is checked with pieces
//! that are sent one by one, each after the program sleeps again: the grader knows how many wake-ups those are.

use crate::lessons::common;
use crate::proc::{self, Trigger};
use crate::{Check, Failure, Peer, Server, Signal, Suite, Trial, until};

/// What is sent at once.
const BURST: usize = 4 << 20;

/// What it may take to read it.
const WAKE_UPS: usize = 20;

pub(super) static EDGE: Suite = Suite {
    name: "edge",
    about: "A server that is told once of what comes (edge-triggered epoll), and misses nothing",
    checks: &[
        Check {
            name: "bytes",
            points: 1,
            means: "Everything is read until EOF, then comes the report.",
            run: bytes,
        },
        Check {
            name: "edge-triggered",
            points: 1,
            means: "With EPOLLET epoll tells of a change, once. Without it, of a state, as long as that lasts.",
            run: edge_triggered,
        },
        Check {
            name: "counted",
            points: 2,
            means: "A wake-up is an event that epoll reports, however often it is read then.",
            run: counted,
        },
        Check {
            name: "burst",
            points: 3,
            means: "Told once, you read until there is nothing more (WouldBlock): the rest is never reported again. And \
                    one wake-up for much is what edges are for.",
            run: burst,
        },
        Check {
            name: "end-with-data",
            points: 2,
            means: "A read that gives little is not the end of what there is: bytes and EOF may be one event.",
            run: end_with_data,
        },
        Check {
            name: "at-once",
            points: 2,
            means: "An event that you are told of and do not look at is lost: nobody tells you again.",
            run: at_once,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client that breaks its connection off ends one conversation, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b"some bytes"),
        },
    ],
};

/// One whole right conversation.
fn talk(mut peer: Peer) -> Result<(), Failure> {
    peer.send("说完了\n".as_bytes())?;
    // So that the end is an event of its own.
    let _ = peer.wait_until_read();
    expect_bytes(peer, "说完了\n".len()).map(drop)
}

/// Ends a conversation of `sent` bytes and gives the number of wake-ups that the program says it had.
fn expect_bytes(mut peer: Peer, sent: usize) -> Result<usize, Failure> {
    peer.half_close();
    let said = peer.read_to_end(200)?;
    let numbers = std::str::from_utf8(&said).ok().and_then(|text| {
        let (bytes, wake_ups) = text.strip_suffix(" wake-ups\n")?.split_once(" bytes in ")?;
        Some((bytes.parse::<usize>().ok()?, wake_ups.parse().ok()?))
    });
    let expected = format!("{sent} bytes in … wake-ups\n");
    match numbers {
        Some((bytes, wake_ups)) if bytes == sent => Ok(wake_ups),
        Some(_) => {
            let why = format!("the client has sent {sent} bytes, and the report says another number");
            Err(Failure::new(why).compared(&said, expected.as_bytes()))
        }
        None => {
            let why = "the report should be the line `N bytes in N wake-ups`, with two numbers";
            Err(Failure::new(why).compared(&said, expected.as_bytes()))
        }
    }
}

fn bytes(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    let mut peer = server.connect()?;
    let length = trial.random.between(1000, 9000);
    let bytes = trial.random.bytes(length);
    peer.send_pieces(bytes.chunks(length / 3))?;
    let _ = peer.wait_until_read();
    expect_bytes(peer, length).map(drop)
}

fn edge_triggered(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let pid = server.subject.pid();
    wait_until_at_rest(&server);
    let before = proc::descriptors(pid)?;
    let _silent = connect(&server)?;
    let mut new = proc::descriptors(pid)?;
    new.retain(|number| !before.contains(number));
    let triggers: Vec<_> =
        new.iter().filter_map(|&number| Some((number, proc::trigger(pid, number)?))).collect();
    match triggers[..] {
        [] => Err(Failure::new("a client is connected, and no epoll of the program watches its descriptor")
            .facts(proc::doing(pid))),
        [(_, Trigger::Edge), ..] => Ok(()),
        [(number, Trigger::Level), ..] => Err(Failure::new(format!(
            "a client is connected, and its descriptor {number} is watched level-triggered: add it with EPOLLET \
             (/proc/PID/fdinfo of the epoll shows what it was asked for)"
        ))),
    }
}

/// Pieces that are events of their own.
fn counted(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = connect(&server)?;
    let (pieces, mut sent) = (trial.random.between(20, 40), 0);
    for _ in 0..pieces {
        let length = trial.random.between(1, 99);
        sent += length;
        peer.send(&trial.random.bytes(length))?;
        expect_all_read(&server, &peer, length)?;
        wait_until_at_rest(&server);
    }
    // Before its end: a stream that blocks holds the thread in a read, not in the wait.
    let doing = proc::doing(server.subject.pid());
    let said = expect_bytes(peer, sent)?;
    // The end is one more. Who also asks for room to write is told of that once; the end may be told of twice.
    if (pieces..=pieces + 3).contains(&said) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "a client has sent {pieces} pieces, each when the program slept again, and then EOF: these are {} wake-ups, and the \
         program says that it had {said}",
        pieces + 1
    ))
    .facts(doing.into_iter().map(|doing| format!("before the EOF: {doing}"))))
}

/// 4 MiB at once, and hardly a wake-up.
fn burst(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let bytes = vec![b'.'; BURST];
    let mut fewest = usize::MAX;
    // What the two kernels do in between is not in the program's hands: the best of three counts.
    for _ in 0..3 {
        let mut peer = connect(&server)?;
        let mut left = &bytes[..];
        while !left.is_empty() {
            freeze(&server);
            let taken = peer.send_now(left);
            server.subject.signal(Signal::CONT);
            if taken == 0 {
                return peer.send(left);
            }
            expect_all_read(&server, &peer, taken)?;
            left = &left[taken..];
        }
        fewest = fewest.min(expect_bytes(peer, BURST)?);
        if fewest <= WAKE_UPS {
            return Ok(());
        }
    }
    Err(Failure::new(format!(
        "4 MiB came at once, and it took {fewest} wake-ups to read them, more than {WAKE_UPS}: read all there is at each, \
         and do not ask to be told again"
    )))
}

/// That the program reads what was sent, all of it.
fn expect_all_read(server: &Server, peer: &Peer, sent: usize) -> Result<(), Failure> {
    if until(server.deadline(), || peer.not_read() == 0 || !server.subject.is_alive()) {
        return server.expect_alive(&format!("{sent} bytes at once"));
    }
    let failure = Failure::new(format!(
        "of {sent} bytes that came at once {} are not read: epoll tells of them once, so they are read until there is nothing \
         more (WouldBlock) or never",
        peer.not_read()
    ));
    Err(server.subject.explain_wait(failure, server.subject.cpu_time()))
}

/// One event for both.
fn end_with_data(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = connect(&server)?;
    let length = trial.random.between(10, 90);
    freeze(&server);
    peer.send(&trial.random.bytes(length))?;
    peer.half_close();
    server.subject.signal(Signal::CONT);
    let ended = expect_bytes(peer, length);
    ended.map_err(|failure| {
        failure.when(format!("{length} bytes and the end of the stream (EOF) came together, as one event"))
    })?;
    Ok(())
}

/// Five events in one moment: of clients that are there, then of clients that come.
fn at_once(trial: &mut Trial) -> Result<(), Failure> {
    for when in [
        "five clients who were there sent something in the same moment",
        "five clients came in the same moment",
    ] {
        let server = trial.serve(&[])?;
        let mut peers = Vec::new();
        if when.contains("were there") {
            for _ in 0..5 {
                peers.push(connect(&server)?);
            }
        }
        freeze(&server);
        while peers.len() < 5 {
            peers.push(server.connect()?);
        }
        for peer in &mut peers {
            peer.send(b"at the same moment")?;
            peer.half_close();
        }
        server.subject.signal(Signal::CONT);
        for (number, peer) in peers.into_iter().enumerate() {
            let ended = expect_bytes(peer, b"at the same moment".len());
            ended.map_err(|failure| failure.when(format!("{when}, number {} of them", number + 1)))?;
        }
    }
    Ok(())
}

/// A client that the program has met.
fn connect(server: &Server) -> Result<Peer, Failure> {
    let peer = server.connect()?;
    wait_until_at_rest(server);
    Ok(peer)
}

/// Waits until nobody waits to be accepted, and the program sleeps.
fn wait_until_at_rest(server: &Server) {
    let pid = server.subject.pid();
    until(server.deadline(), || proc::waiting(server.addr).unwrap_or(0) == 0 && proc::asleep(pid));
}

/// Stops the program where it waits: what comes until it goes on comes at once.
fn freeze(server: &Server) {
    let pid = server.subject.pid();
    wait_until_at_rest(server);
    server.subject.signal(Signal::STOP);
    until(server.deadline(), || proc::state(pid).is_ok_and(|state| state == 'T'));
}
