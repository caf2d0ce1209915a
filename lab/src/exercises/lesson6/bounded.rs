//! bounded: at most k at once. The grader holds all places itself, so nothing here depends on who is faster.

use super::lines::read_line;
use crate::lessons::common;
use crate::{Check, Failure, Peer, Server, Suite, Trial, until};

pub(super) static BOUNDED: Suite = Suite {
    name: "bounded",
    about: "A server with a limited number of places, that refuses whoever comes too many",
    checks: &[
        Check {
            name: "one-client",
            points: 1,
            means: "A conversation is a job: it begins with a place, and ends with EOF.",
            run: one_client,
        },
        Check {
            name: "k-at-once",
            points: 2,
            means: "With k places k clients are in the middle of their conversations, each at its own speed.",
            run: k_at_once,
        },
        Check {
            name: "refusal",
            points: 3,
            means: "A limit is a promise to those inside. Those outside are told at once, so that they can go elsewhere.",
            run: refusal,
        },
        Check {
            name: "places-return",
            points: 2,
            means: "Whatever ends a job, its place is free again: a value with Drop (finally, with) sees to that.",
            run: places_return,
        },
        Check {
            name: "nested",
            points: 3,
            means: "Who has a place and waits for another one may wait for himself. With all places held, it is certain.",
            run: nested,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client may be gone at every step. That ends its job, never the server.",
            run: |trial| {
                roomy(trial);
                common::clients_that_leave(trial, talk, b"leaving\n")
            },
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor, also that of a client that was refused.",
            run: |trial| {
                roomy(trial);
                common::descriptors_return(trial, talk, b"leaving\n")
            },
        },
    ],
};

/// More places than these checks have clients: none of theirs is refused, however late a place is given back.
fn roomy(trial: &mut Trial) {
    trial.always(["--limit".to_owned(), "128".to_owned()]);
}

fn talk(mut peer: Peer) -> Result<(), Failure> {
    peer.expect(b"ready\n")?;
    say(&mut peer, "hello", "hello")?;
    peer.half_close();
    peer.expect_eof()
}

fn say(peer: &mut Peer, line: &str, expected: &str) -> Result<(), Failure> {
    peer.send(format!("{line}\n").as_bytes())?;
    peer.expect(format!("{expected}\n").as_bytes())
}

/// A server with that many places.
fn serve(trial: &Trial, limit: usize) -> Result<Server, Failure> {
    trial.serve(&["--limit", &limit.to_string()])
}

/// Takes all places, one client each.
fn take_all(server: &Server, limit: usize) -> Result<Vec<Peer>, Failure> {
    let mut peers = Vec::new();
    for number in 1..=limit {
        let mut peer = server.connect()?;
        let ready = peer.expect(b"ready\n");
        ready.map_err(|failure| failure.when(format!("client {number} of {limit}, with --limit {limit}")))?;
        peers.push(peer);
    }
    Ok(peers)
}

fn one_client(trial: &mut Trial) -> Result<(), Failure> {
    let server = serve(trial, 3)?;
    let mut peer = server.connect()?;
    peer.expect(b"ready\n")?;
    for _ in 0..3 {
        let word = trial.random.word(7);
        say(&mut peer, &word, &word)?;
        say(&mut peer, &format!("nested {word}"), &word.to_uppercase())?;
    }
    peer.half_close();
    peer.expect_eof()
}

fn k_at_once(trial: &mut Trial) -> Result<(), Failure> {
    for limit in [1, trial.random.between(3, 6)] {
        let server = serve(trial, limit)?;
        let mut peers = take_all(&server, limit)?;
        for (number, peer) in peers.iter_mut().enumerate().rev() {
            let word = trial.random.word(7);
            let said = say(peer, &word, &word);
            said.map_err(|failure| {
                failure.when(format!("client {} of {limit}, all with a place", number + 1))
            })?;
        }
    }
    Ok(())
}

fn refusal(trial: &mut Trial) -> Result<(), Failure> {
    let limit = trial.random.between(2, 5);
    let server = serve(trial, limit)?;
    let mut inside = take_all(&server, limit)?;
    for further in 1..=3 {
        let number = limit + further;
        let mut peer = server.connect()?;
        let first = read_line(&mut peer).map_err(|failure| {
            failure.when(format!(
                "with --limit {limit} and {limit} clients inside, client {number} is neither served nor told `busy`: it waits"
            ))
        })?;
        if first == b"ready\n" {
            let why =
                format!("with --limit {limit} and {limit} clients inside, client {number} is served, too");
            return Err(Failure::new(why).received(&first));
        }
        let said = [first, peer.read_to_end(1024)?].concat();
        if said != b"busy\n" {
            let why = format!("all places are taken, so client {number} is told so, and then reads EOF");
            return Err(Failure::new(why).compared(&said, b"busy\n"));
        }
    }
    for peer in &mut inside {
        say(peer, "inside", "inside")
            .map_err(|failure| failure.when("a client inside, after others were refused"))?;
    }
    Ok(())
}

fn places_return(trial: &mut Trial) -> Result<(), Failure> {
    let limit = trial.random.between(2, 4);
    let server = serve(trial, limit)?;
    let mut inside = take_all(&server, limit)?;
    for way in ["EOF", "a reset", "a panic", "the panics of all"] {
        let leaving = if way.ends_with("all") { inside.len() } else { 1 };
        for mut peer in inside.drain(..leaving) {
            match way {
                "EOF" => {
                    peer.half_close();
                    peer.expect_eof()?;
                }
                "a reset" => peer.reset(),
                _ => {
                    peer.send(b"panic\n")?;
                    peer.expect_hang_up()?;
                }
            }
        }
        for _ in 0..leaving {
            inside.push(place_again(&server, limit, way)?);
        }
    }
    for peer in &mut inside {
        say(peer, "inside", "inside")?;
    }
    Ok(())
}

/// Gets a place that somebody has just left. It may take a moment until it is free, so a refusal is no failure at first.
fn place_again(server: &Server, limit: usize, way: &str) -> Result<Peer, Failure> {
    let mut got = Err(Failure::new("nobody was asked"));
    until(server.deadline(), || {
        got = server.connect().and_then(|mut peer| match read_line(&mut peer)? {
            said if said == b"ready\n" => Ok(Some(peer)),
            said if said == b"busy\n" => Ok(None),
            said => Err(Failure::new("a client reads `ready` or `busy`").received(&said)),
        });
        !matches!(got, Ok(None))
    });
    match got {
        Ok(Some(peer)) => Ok(peer),
        Ok(None) => {
            let why = format!(
                "of {limit} places one or more are free again after {way} of a client, but whoever comes is told `busy`"
            );
            Err(server.subject.explain(Failure::new(why)))
        }
        Err(failure) => Err(server.blame(failure, &format!("{way} of a client"))),
    }
}

fn nested(trial: &mut Trial) -> Result<(), Failure> {
    let limit = trial.random.between(2, 5);
    let server = serve(trial, limit)?;
    let mut inside = take_all(&server, limit)?;
    let words: Vec<String> = inside.iter().map(|_| trial.random.word(7)).collect();
    for (peer, word) in inside.iter_mut().zip(&words) {
        peer.send(format!("nested {word}\n").as_bytes())?;
    }
    for (peer, word) in inside.iter_mut().zip(&words) {
        let expected = format!("{}\n", word.to_uppercase());
        let said = read_line(peer).map_err(|failure| {
            failure.when(format!(
                "all {limit} places are taken by handlers, and each has handed a nested job to the same pool: if those wait for a \
                 place and the handlers for them, they wait for ever"
            ))
        })?;
        if said != expected.as_bytes() {
            let why = if said.starts_with(b"busy") || said.trim_ascii().is_empty() {
                "all places are taken, and a handler's own nested job is refused: its client has a place and gets its answer"
            } else {
                "the answer to a nested job is not the word in capitals"
            };
            return Err(Failure::new(why).compared(&said, expected.as_bytes()));
        }
    }
    Ok(())
}
