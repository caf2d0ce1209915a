//! What every TCP server of the lessons owes to bad peers and to the machine. The lesson says how one right conversation
//! goes, as a [`Talk`]; these checks say around what.

use std::time::Duration;

use crate::{Deadline, Failure, Load, Peer, Server, Signal, Trial, measure_for, proc, until};

/// One whole right conversation on a fresh connection.
pub(crate) type Talk = fn(Peer) -> Result<(), Failure>;

/// The ready line is there once, and who reads it can connect at once, at that address.
pub(crate) fn ready_line(trial: &mut Trial, talk: Talk) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    let printed = server.subject.tail(crate::Stream::Stdout, usize::MAX);
    let count = printed.iter().filter(|line| line.starts_with("listening on ")).count();
    if count != 1 {
        return Err(Failure::new(format!(
            "`listening on ADDR` must be printed once, it was printed {count} times"
        )));
    }
    Ok(())
}

/// Clients that leave at every step: before, in and after `request`, politely and with a reset. Some of them are gone
/// before the server has even accepted them: it is stopped meanwhile (SIGSTOP), so that this is no matter of luck.
pub(crate) fn clients_that_leave(trial: &mut Trial, talk: Talk, request: &[u8]) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    for frozen in [false, true] {
        for part in [0, request.len() / 2, request.len()] {
            for resets in [false, true] {
                let how = if resets { "resets the connection" } else { "closes" };
                let what = match part {
                    0 => "without a word".to_owned(),
                    _ => format!("after {part} bytes of its request"),
                };
                let before = if frozen { ", before the server looks" } else { "" };
                let step = format!("a client that {how} {what}{before}");
                leave(&server, &request[..part], resets, frozen).map_err(|failure| failure.when(&step))?;
                server.connect().and_then(talk).map_err(|failure| server.blame(failure, &step))?;
            }
        }
    }
    Ok(())
}

fn leave(server: &Server, said: &[u8], resets: bool, frozen: bool) -> Result<(), Failure> {
    if frozen {
        server.subject.signal(Signal::STOP);
    }
    let mut peer = server.connect()?;
    // A server that has already had enough may have hung up: that is not what is looked at here.
    let _ = peer.send(said);
    if resets {
        peer.reset();
    } else {
        drop(peer);
    }
    if frozen {
        server.subject.signal(Signal::CONT);
    }
    Ok(())
}

/// 200 MB without an end: bounded memory, and the next client is served.
pub(crate) fn flood(trial: &mut Trial, talk: Talk, opening: &[u8], piece: &[u8]) -> Result<(), Failure> {
    const TOTAL: usize = 200 << 20;
    const ALLOWED: u64 = 2 << 20;
    let server = trial.serve(&[])?;
    // The first conversations fill the program's own buffers; the flood is measured from there.
    for _ in 0..3 {
        talk(server.connect()?)?;
    }
    let before = proc::memory(server.subject.pid())?.peak;
    let mut peer = server.connect()?;
    peer.send(opening)?;
    let taken = peer.flood(piece, TOTAL)?;
    drop(peer);

    server.expect_alive(&format!("a flood of {taken} bytes"))?;
    let grown = proc::memory(server.subject.pid())?.peak.saturating_sub(before);
    if grown > ALLOWED {
        return Err(Failure::new(format!(
            "one client made the server's memory grow by {} kB with a flood of {} MB: a buffer that a peer fills needs a limit",
            grown >> 10,
            taken >> 20
        )));
    }
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "a flood"))
}

/// Fifty clients of all kinds come and go; no descriptor stays.
pub(crate) fn descriptors_return(trial: &mut Trial, talk: Talk, request: &[u8]) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let pid = server.subject.pid();
    let base = settled(&server, talk)?.len();
    for number in 0..50 {
        match number % 5 {
            0 => leave(&server, b"", false, false)?,
            1 => leave(&server, request, true, false)?,
            2 => leave(&server, request, false, false)?,
            _ => talk(server.connect()?)?,
        }
    }
    let open = || proc::descriptors(pid).map_or(0, |open| open.len());
    if until(server.deadline(), || open() <= base) {
        return server.expect_alive("fifty clients");
    }
    let failure = Failure::new(format!(
        "before the first client {base} descriptors were open, after fifty clients have left there are {}: each is a \
         connection that nobody closes",
        open()
    ));
    Err(server.subject.explain_wait(failure, server.subject.cpu_time()))
}

/// The descriptors of a server that has served one client and waits for the next. Right behind the ready line it may still
/// be about to open some, and right behind a client to close one.
pub(crate) fn settled(server: &Server, talk: Talk) -> Result<Vec<u32>, Failure> {
    talk(server.connect()?)?;
    let pid = server.subject.pid();
    let mut fewest = proc::descriptors(pid)?;
    until(server.deadline().at_most(Duration::from_millis(100)), || {
        let now = proc::descriptors(pid).unwrap_or_default();
        if (1..fewest.len()).contains(&now.len()) {
            fewest = now;
        }
        false
    });
    Ok(fewest)
}

/// The server has no descriptor left for the next client: it must wait and serve on, not end and not spin.
pub(crate) fn descriptor_limit(trial: &mut Trial, talk: Talk) -> Result<(), Failure> {
    const STEP: &str = "accept failed with EMFILE, too many open files";
    let server = trial.serve(&[])?;
    let open = settled(&server, talk)?;
    let lowest_free = (0..).find(|number| !open.contains(number)).unwrap_or(64);
    server.subject.limit_descriptors(lowest_free.into())?;
    let cpu_before = server.subject.cpu_time();

    // An accept that is blocked already has its descriptor: the first client gets that one, and gives it back.
    drop(server.connect()?);
    // For the second one the kernel completes the connection too; accept(2) then says EMFILE.
    let waiting = server.connect().map_err(|failure| server.blame(failure, STEP))?;
    measure_for(Duration::from_millis(400));
    server.expect_alive(STEP)?;
    let used = server.subject.cpu_time().saturating_sub(cpu_before);
    if used > Duration::from_millis(100) {
        return Err(Failure::new(format!(
            "while no descriptor was free the server used {} ms of CPU in 400 ms: the client stays in the accept queue, so \
             accept fails again at once; pause before the next try",
            used.as_millis()
        )));
    }
    server.subject.limit_descriptors(64)?;
    talk(waiting).map_err(|failure| failure.when("the client that had to wait for a descriptor"))?;

    // With 64 descriptors, a hundred clients one after the other: none may be kept.
    for number in 1..=100 {
        server.connect().and_then(talk).map_err(|failure| failure.when(format!("client {number} of 100")))?;
    }
    Ok(())
}

/// A client that asks without end and never reads: it costs bounded memory and does not hold the server back from stopping.
/// `others` are served meanwhile, where the server is for many at once.
pub(crate) fn client_that_never_reads(
    trial: &mut Trial,
    talk: Talk,
    asks: &[u8],
    others: bool,
) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for _ in 0..3 {
        talk(server.connect()?)?;
    }
    let before = proc::memory(server.subject.pid())?.peak;
    let mut deaf = server.connect()?;
    let taken = deaf.fill(asks, 64 << 20);
    let grown = proc::memory(server.subject.pid())?.peak.saturating_sub(before);
    if grown > 8 << 20 {
        return Err(Failure::new(format!(
            "a client that sent {} kB of requests and read nothing made the server's memory grow by {} kB: replies that nobody \
             reads must not pile up",
            taken >> 10,
            grown >> 10
        )));
    }
    if others {
        let served = server.connect().and_then(talk);
        served.map_err(|failure| failure.when("another client, while one asks and never reads"))?;
    }
    server.subject.signal(Signal::TERM);
    server.expect_stop("SIGTERM while a client does not read its replies").map(drop)
}

/// A server without work uses no CPU, with a silent client connected neither.
pub(crate) fn idle_cpu(trial: &mut Trial, talk: Talk) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    expect_idle(&server, "without a client")?;
    let idle = server.connect()?;
    wait_until_accepted(&server);
    expect_idle(&server, "with one silent client")?;
    drop(idle);
    Ok(())
}

/// That the server uses less than a twentieth of a CPU; the kernel counts in hundredths of a second. On a machine so busy
/// that it cannot have that, it must not wait for more than a quarter of one either. What is still to be done from before
/// may spoil a look, so there are three.
pub(crate) fn expect_idle(server: &Server, when: &str) -> Result<(), Failure> {
    let mut looked = look_for_idleness(server, when);
    for _ in 0..2 {
        if looked.is_err() {
            looked = look_for_idleness(server, when);
        }
    }
    looked
}

fn look_for_idleness(server: &Server, when: &str) -> Result<(), Failure> {
    const WATCHED: Duration = Duration::from_millis(600);
    let pid = server.subject.pid();
    let (before, wanted_before) = (server.subject.cpu_time(), proc::wanted_time(pid)?);
    measure_for(WATCHED);
    let used = server.subject.cpu_time().saturating_sub(before);
    let wanted = proc::wanted_time(pid)?.saturating_sub(wanted_before);
    if used <= WATCHED / 20 && wanted <= WATCHED / 4 {
        return Ok(());
    }
    let (used, watched) = (used.max(wanted).as_millis(), WATCHED.as_millis());
    let why = format!(
        "{when} the server used {used} ms of CPU in {watched} ms: wait for events, do not look for them"
    );
    Err(Failure::new(why).facts(proc::doing(pid)))
}

/// Clients as busy as they can be, for a moment; then a signal. Exit 0 in time.
pub(crate) fn stop_under_load(trial: &mut Trial, talk: Talk) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let addr = server.addr;
    let load = Load::start(3, move || {
        let deadline = Deadline::after(Duration::from_secs(1));
        Peer::connect(addr, deadline).and_then(talk).is_ok()
    })?;
    if !load.has_done(20, server.deadline()) {
        let failure = Failure::new("three clients at once had not got twenty right answers in time");
        return Err(server.subject.explain_wait(failure, server.subject.cpu_time()));
    }
    server.subject.signal(Signal::TERM);
    let stopped = server.expect_stop("SIGTERM under load").map(drop);
    drop(load);
    stopped
}

/// Waits until nobody waits in the accept queue.
pub(crate) fn wait_until_accepted(server: &Server) {
    until(server.deadline(), || proc::waiting(server.addr).unwrap_or(0) == 0);
}
