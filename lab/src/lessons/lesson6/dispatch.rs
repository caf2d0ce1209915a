//! Many clients at once, however the server runs its handlers: threads, processes, a pool. One after the other (inline)
//! is the exception, and is said in the command.

use crate::lessons::common::wait_until_accepted;
use crate::lessons::lesson4::server::{GREETING, RECORDED, talk};
use crate::lessons::lesson5::echo;
use crate::{Failure, Peer, Server, Signal, Trial, proc, until};

/// Whether clients are served one after the other.
fn one_at_a_time(trial: &Trial) -> bool {
    trial.is_asked_for("inline")
}

/// How many clients the server must serve at once: a pool has eight workers.
fn at_once(trial: &Trial) -> usize {
    if trial.is_asked_for("pooled") { 8 } else { 20 }
}

/// Connects as many clients as can be served at once, all in the middle of their calls.
fn calls(trial: &Trial, server: &Server) -> Result<Vec<Peer>, Failure> {
    let count = at_once(trial);
    let mut callers = echo::connect_many(server, count)?;
    for (number, peer) in callers.iter_mut().enumerate().rev() {
        let when = format!("caller {} of {count} at once", number + 1);
        peer.expect(GREETING.as_bytes()).map_err(|failure| failure.when(&when))?;
        peer.send(b"0\n")?;
        peer.expect(RECORDED.as_bytes()).map_err(|failure| failure.when(&when))?;
    }
    Ok(callers)
}

/// Twenty callers, none of whom waits for another.
pub(super) fn parallel(trial: &mut Trial) -> Result<(), Failure> {
    if one_at_a_time(trial) {
        return Ok(());
    }
    let server = trial.serve(&[])?;
    for mut peer in calls(trial, &server)? {
        peer.send(b"exit\n")?;
        peer.expect_eof()?;
    }
    Ok(())
}

/// One caller says nothing; another one does not notice.
pub(super) fn silent_client(trial: &mut Trial) -> Result<(), Failure> {
    if one_at_a_time(trial) {
        return Ok(());
    }
    let server = trial.serve(&[])?;
    let mut silent = server.connect()?;
    silent.expect(GREETING.as_bytes())?;
    for _ in 0..3 {
        server.connect().and_then(talk).map_err(|failure| failure.when("another caller says nothing"))?;
    }
    talk_on(silent)
}

fn talk_on(mut peer: Peer) -> Result<(), Failure> {
    peer.send(b"0\nexit\n")?;
    peer.expect_all(RECORDED.as_bytes())
}

/// When the clients have gone, their processes have, too: none is left, and none as a zombie.
pub(super) fn children(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let pid = server.subject.pid();
    let before = proc::children(pid)?.len();
    if one_at_a_time(trial) {
        talk(server.connect()?)?;
    } else {
        for mut peer in calls(trial, &server)? {
            peer.send(b"exit\n")?;
            peer.expect_eof()?;
        }
    }
    expect_no_more_children(&server, before, "all clients have left")
}

/// That soon there are no more child processes than there were before the clients, and no dead ones.
fn expect_no_more_children(server: &Server, before: usize, when: &str) -> Result<(), Failure> {
    let pid = server.subject.pid();
    let zombies = || {
        let children = proc::children(pid).unwrap_or_default();
        let dead =
            children.iter().filter(|&&child| proc::state(child).is_ok_and(|state| state == 'Z')).count();
        (children.len(), dead)
    };
    // Some may be just ending.
    if until(server.deadline().shortly(), || {
        let (all, dead) = zombies();
        all <= before && dead == 0
    }) {
        return Ok(());
    }
    let (all, dead) = zombies();
    let why = match dead {
        0 => format!(
            "{when}: {all} child processes are still there. A child ends with its client, and accepts nobody"
        ),
        _ => format!(
            "{when}: {dead} child processes are zombies. Nobody has asked for their exit codes (waitpid)"
        ),
    };
    Err(server.subject.explain_wait(Failure::new(why), server.subject.cpu_time()))
}

/// The signal comes while clients are in the middle of their calls. Nothing of the server is left.
pub(super) fn stop_in_calls(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut callers = match one_at_a_time(trial) {
        true => Vec::new(),
        false => calls(trial, &server)?,
    };
    let children = proc::children(server.subject.pid())?;
    server.subject.signal(Signal::INT);
    server.expect_stop("SIGINT with callers in the middle of their calls")?;
    for peer in &mut callers {
        peer.expect_hang_up()?;
    }
    let alive = |&child: &u32| proc::state(child).is_ok_and(|state| state != 'Z');
    if !until(server.deadline(), || !children.iter().any(alive)) {
        return Err(Failure::new("the server has stopped, but its child processes go on"));
    }
    crate::lessons::endings::expect_port_free(&server, false)
}

/// A caller who asks and never reads.
pub(super) fn never_reads(trial: &mut Trial) -> Result<(), Failure> {
    let others = !one_at_a_time(trial);
    crate::lessons::common::client_that_never_reads(trial, talk, b"0\n", others)
}

/// The same for the echo.
pub(super) fn echo_never_reads(trial: &mut Trial) -> Result<(), Failure> {
    let others = !one_at_a_time(trial);
    crate::lessons::common::client_that_never_reads(trial, echo::talk, b"echo\n", others)
}

/// Several echoes at once, in another order than they came.
pub(super) fn echo_parallel(trial: &mut Trial) -> Result<(), Failure> {
    if one_at_a_time(trial) {
        return Ok(());
    }
    let server = trial.serve(&[])?;
    let before = proc::children(server.subject.pid())?.len();
    let mut peers = echo::connect_many(&server, at_once(trial))?;
    wait_until_accepted(&server);
    for (number, peer) in peers.iter_mut().enumerate().rev() {
        let words = format!("client {number}");
        echo::echo(peer, words.as_bytes()).map_err(|failure| failure.when("several clients at once"))?;
    }
    for peer in peers {
        echo::talk(peer)?;
    }
    expect_no_more_children(&server, before, "all clients have left")
}
