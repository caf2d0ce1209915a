//! Clients that cost: who does not read, who sends without end, who are too many.

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::echo::{block, connect_many, echo, expect_no_work, talk};
use crate::lessons::common::wait_until_accepted;
use crate::lessons::endings::expect_port_free;
use crate::{Failure, Peer, Server, Signal, Stream, Trial, proc, until};

/// What a client may cost: the queue of 1 MiB, what holds it, and what the allocator keeps of its growth.
const ALLOWED: u64 = 12 << 20;

/// 50 MB are offered by one who does not read; the others do not notice; in the end it gets every byte.
pub(super) fn slow_reader(trial: &mut Trial) -> Result<(), Failure> {
    const OFFERED: usize = 50_000_000;
    let server = trial.serve(&[])?;
    let block = block(trial);
    let mut others = connect_many(&server, 3)?;
    expect_prompt(&server, &mut others, "with clients that read")?;
    let before = proc::memory(server.subject.pid())?.peak;

    let mut deaf = server.connect()?;
    let taken = deaf.fill(&block, OFFERED);
    expect_prompt(&server, &mut others, "while one client does not read its replies")?;
    expect_no_work(&server, "one client does not read its replies")?;
    expect_bounded(&server, before, &format!("a client sent {} MB and read nothing", taken >> 20))?;

    let heard = deaf.exchange(&block, taken, OFFERED);
    heard.map_err(|failure| failure.when("the client that did not read begins to"))?;
    talk(deaf).map_err(|failure| failure.when("the client that did not read, after it has got everything"))
}

/// What 99 of 100 echoes may take, besides the time for which other programs have the CPUs.
const PROMPT: Duration = Duration::from_millis(50);

/// That echoes come back at once, 99 of 100 within [`PROMPT`]. A busy machine may spoil a round, so there are three.
pub(crate) fn expect_prompt(server: &Server, others: &mut [Peer], when: &str) -> Result<(), Failure> {
    let pid = server.subject.pid();
    let mut slow = Duration::ZERO;
    for _ in 0..3 {
        let mut times = Vec::new();
        for number in 0..200 {
            let index = number % others.len();
            let (started, held_up) = (Instant::now(), proc::held_up(pid));
            let echoed = echo(&mut others[index], format!("echo {number}").as_bytes());
            echoed.map_err(|failure| failure.when(format!("{when}, an echo to another one")))?;
            let held_up = proc::held_up(pid).saturating_sub(held_up);
            times.push(started.elapsed().saturating_sub(held_up));
        }
        times.sort_unstable();
        slow = times[197];
        if slow < PROMPT {
            return Ok(());
        }
    }
    Err(Failure::new(format!(
        "{when}, one echo of a hundred to another one takes {} ms or more; {} ms are allowed: one thread serves all, so it may \
         wait for nobody",
        slow.as_millis(),
        PROMPT.as_millis()
    )))
}

/// That the memory has not grown beyond what one client may cost.
pub(crate) fn expect_bounded(server: &Server, before: u64, when: &str) -> Result<(), Failure> {
    server.expect_alive(when)?;
    let grown = proc::memory(server.subject.pid())?.peak.saturating_sub(before);
    if grown <= ALLOWED {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{when}: the server's memory grew by {} kB. Above 1 MiB in its queue a client is not read from until it reads",
        grown >> 10
    )))
}

/// 100 MB there and back, as fast as it goes. `extra` keeps a server quiet that prints what it does.
pub(crate) fn flood(trial: &mut Trial, extra: &[&str]) -> Result<(), Failure> {
    const TOTAL: usize = 100_000_000;
    let server = trial.serve(extra)?;
    let block = block(trial);
    let mut peer = server.connect()?.until(server.whole_deadline());
    echo(&mut peer, &block)?;
    let before = proc::memory(server.subject.pid())?.peak;
    peer.exchange(&block, 0, TOTAL).map_err(|failure| failure.when("a flood of 100 MB"))?;
    expect_bounded(&server, before, "a flood of 100 MB")?;
    talk(peer)
}

/// Clients break off while the server has a queue for them.
pub(super) fn resets(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    for resets in [true, false] {
        let step = format!("a client that {} with replies queued", if resets { "resets" } else { "closes" });
        let mut peer = server.connect()?;
        peer.make_it_keep(&block, 128 << 10)?;
        if resets {
            peer.reset();
        } else {
            // Its unread replies turn this into a reset, too, but the server learns of it when it sends.
            drop(peer);
        }
        server.connect().and_then(talk).map_err(|failure| server.blame(failure, &step))?;
        expect_no_work(&server, &step)?;
    }
    Ok(())
}

/// More clients than descriptors: they wait in the queue of the kernel, and nobody inside is lost.
pub(crate) fn descriptor_limit(trial: &mut Trial) -> Result<(), Failure> {
    const LIMIT: usize = 64;
    const WHEN: &str = "64 descriptors are open, no more are allowed (EMFILE)";
    let server = trial.serve(&[])?;
    let pid = server.subject.pid();
    server.subject.limit_descriptors(LIMIT as u64)?;
    let mut peers: Vec<Peer> = Vec::new();
    for _ in 0..LIMIT + 4 {
        peers.push(server.connect().map_err(|failure| server.blame(failure, WHEN))?);
    }
    until(server.deadline(), || proc::descriptors(pid).is_ok_and(|open| open.len() >= LIMIT));
    expect_no_work(&server, WHEN).map_err(|failure| server.or_its_death(failure, WHEN))?;
    let inside = LIMIT + 4 - usize::try_from(proc::waiting(server.addr).unwrap_or(0)).unwrap_or(0);
    if !(LIMIT / 2..LIMIT).contains(&inside) {
        let failure = Failure::new(format!("{inside} of {} clients were accepted", LIMIT + 4));
        return Err(server.or_its_death(failure.when(WHEN), WHEN));
    }
    for (number, peer) in peers.iter_mut().enumerate().take(inside) {
        let echoed = echo(peer, format!("inside {number}").as_bytes());
        let why = |failure: Failure| {
            failure.when(format!("{WHEN}, and a client who was there before says something"))
        };
        echoed.map_err(|failure| server.or_its_death(why(failure), WHEN))?;
    }
    // Each one that leaves makes room for one that waits.
    while !peers.is_empty() {
        let leaving = peers.remove(0);
        let why = |failure: Failure| {
            failure.when(format!("{WHEN}; one after the other leaves, and the next one comes in"))
        };
        talk(leaving).map_err(|failure| server.or_its_death(why(failure), WHEN))?;
    }
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, WHEN))
}

/// Fifteen hundred at once. select cannot have those whose descriptor is 1024 or more, and says so.
pub(super) fn crowd(trial: &mut Trial) -> Result<(), Failure> {
    const CLIENTS: usize = 1500;
    if !room_for(CLIENTS + 500) {
        return Ok(());
    }
    let server = trial.serve(&[])?;
    server.subject.limit_descriptors(CLIENTS as u64 + 500)?;
    let peers = connect_many(&server, CLIENTS);
    let mut peers = peers.map_err(|failure| server.blame(failure, "many clients"))?;
    wait_until_accepted(&server);
    if trial.is_asked_for("select") {
        let said = "descriptor 1024: select can only watch those below 1024 (FD_SETSIZE)";
        let mut wanted = |line: &str| line.contains(said);
        let printed = server.subject.line(Stream::Stderr, said, server.deadline(), &mut wanted);
        printed.map_err(|failure| server.blame(failure, "client number 1024"))?;
        peers.retain(|peer| !peer.is_hung_up());
        if !(900..=1024).contains(&peers.len()) {
            return Err(Failure::new(format!(
                "of {CLIENTS} clients select could have about 1,010, and the others must be hung up on at once; {} are there",
                peers.len()
            )));
        }
    }
    for (number, peer) in peers.iter_mut().enumerate() {
        peer.send(format!("number {number}").as_bytes())?;
    }
    for (number, peer) in peers.iter_mut().enumerate() {
        let heard = peer.expect(format!("number {number}").as_bytes());
        heard.map_err(|failure| server.blame(failure.when("one of many clients"), "many clients"))?;
    }
    // With one less there is room for one more, whoever it is.
    if let Some(leaving) = peers.pop() {
        talk(leaving)?;
    }
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "many clients"))
}

/// Whether the grader may have so many descriptors, and a subject too.
pub(crate) fn room_for(count: usize) -> bool {
    let limit = getrlimit(Resource::Nofile);
    let wanted = count as u64;
    let enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= wanted);
    if !enough(limit.current) && enough(limit.maximum) {
        let raised = Rlimit { current: Some(wanted.max(4096)).filter(|&most| enough(Some(most))), ..limit };
        return setrlimit(Resource::Nofile, raised).is_ok();
    }
    enough(limit.current)
}

/// Replies that are queued at the signal still go out to a client that reads, within the time to stop.
pub(super) fn stop_with_replies(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    let (mut reads, mut deaf) = (server.connect()?, server.connect()?);
    // How much it has to read until it comes to the server's queue is time that the server waits for it.
    reads.keep_little()?;
    let sent = reads.make_it_keep(&block, 256 << 10)?;
    deaf.make_it_keep(&block, 256 << 10)?;
    server.subject.signal(Signal::TERM);
    let heard = reads.exchange(&block, sent, sent);
    heard.map_err(|failure| failure.when("SIGTERM with replies queued, and the client reads them"))?;
    server.expect_stop("SIGTERM with replies queued")?;
    deaf.expect_hang_up()?;
    expect_port_free(&server, false)
}
