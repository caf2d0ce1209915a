//! many: more than 1,024 descriptors.

use std::fs;

use crate::lessons::common;
use crate::lessons::lesson5::{echo, load};
use crate::{Check, Failure, Peer, Server, Suite, Trial, proc, until};

const CLIENTS: usize = 1500;

/// They come in groups, smaller than the queue of any listener.
const GROUP: usize = 50;

pub(super) static MANY: Suite = Suite {
    name: "many",
    about: "An echo server for fifteen hundred clients at once, and for as many as there are descriptors",
    checks: &[
        Check {
            name: "echo",
            points: 1,
            means: "What a client says comes back, byte for byte.",
            run: echo::one_client,
        },
        Check {
            name: "crowd",
            points: 3,
            means: "The soft limit of descriptors is 1,024 for most programs, and theirs to raise. poll and epoll have no \
                    limit of their own; select ends at descriptor 1,023 (FD_SETSIZE).",
            run: crowd,
        },
        Check {
            name: "descriptor-limit",
            points: 3,
            means: "accept fails with EMFILE while the listener stays ready: stop watching it until somebody leaves.",
            run: load::descriptor_limit,
        },
        Check {
            name: "come-and-go",
            points: 1,
            means: "Whoever leaves gives a descriptor back, for the next one.",
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

/// Fifteen hundred at once, though the program starts with a soft limit of 1,024.
fn crowd(trial: &mut Trial) -> Result<(), Failure> {
    const WHEN: &str = "fifteen hundred clients at once";
    if !load::room_for(CLIENTS + 500) {
        return Ok(());
    }
    trial.soft_descriptor_limit(1024);
    let server = trial.serve(&[])?;
    let mut peers = Vec::new();
    while peers.len() < CLIENTS {
        for _ in 0..GROUP {
            peers.push(server.connect().map_err(|failure| server.blame(failure, &clients(peers.len())))?);
        }
        expect_accepted(&server, peers.len())?;
    }
    expect_nobody_hung_up_on(&server, &peers)?;
    for (number, peer) in peers.iter_mut().enumerate() {
        peer.send(format!("number {number}").as_bytes())?;
    }
    for (number, peer) in peers.iter_mut().enumerate() {
        let heard = peer.expect(format!("number {number}").as_bytes());
        heard.map_err(|failure| server.blame(failure.when(format!("{WHEN}, number {number}")), WHEN))?;
    }
    // With a reset no port stays in TIME_WAIT: they are many.
    peers.into_iter().for_each(Peer::reset);
    server.connect().and_then(echo::talk).map_err(|failure| server.blame(failure, WHEN))
}

fn clients(count: usize) -> String {
    format!("{count} clients were there at once")
}

/// That the program has taken them in.
fn expect_accepted(server: &Server, count: usize) -> Result<(), Failure> {
    let waiting = || proc::waiting(server.addr).unwrap_or(0);
    if until(server.deadline(), || waiting() == 0 || !server.subject.is_alive()) {
        return server.expect_alive(&clients(count));
    }
    let pid = server.subject.pid();
    let open = proc::descriptors(pid)?.len();
    let failure = Failure::new(format!(
        "{count} clients have come, and {} of them are not accepted. The program has {open} descriptors open{}. Each client is \
         one: raise the soft limit to the hard one at the start (setrlimit)",
        waiting(),
        limits(pid).map_or(String::new(), |[soft, hard]| format!(
            "; its limit (RLIMIT_NOFILE) is {soft}, which it may raise up to {hard}"
        ))
    ));
    Err(server.subject.explain(failure))
}

/// The soft and the hard limit of descriptors, as `/proc` has them.
fn limits(pid: u32) -> Option<[String; 2]> {
    let text = fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let mut words = text.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace();
    Some([words.next()?.to_owned(), words.next()?.to_owned()])
}

fn expect_nobody_hung_up_on(server: &Server, peers: &[Peer]) -> Result<(), Failure> {
    let gone: Vec<usize> = (0..peers.len()).filter(|&number| peers[number].is_hung_up()).collect();
    let Some(first) = gone.first() else { return Ok(()) };
    server.expect_alive(&clients(peers.len()))?;
    Err(Failure::new(format!(
        "of {} clients {} were hung up on, the first of them is number {}: a descriptor of 1,024 or more is as good as any \
         other. Only select has no place for it (FD_SETSIZE)",
        peers.len(),
        gone.len(),
        first + 1
    )))
}
