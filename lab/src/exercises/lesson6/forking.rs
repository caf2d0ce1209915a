//! forking: a process a client.

use std::time::Duration;

use super::lines::read_line;
use crate::lessons::common;
use crate::proc::SocketState;
use crate::{Check, Failure, Peer, Server, Suite, Trial, proc, until};

/// How many are served at once.
const CLIENTS: usize = 12;

pub(super) static FORKING: Suite = Suite {
    name: "forking",
    about: "A server with a process for each client, whose variables are its own",
    checks: &[
        Check {
            name: "one-client",
            points: 1,
            means: "A child has its own number; it answers each line with it until EOF, and ends the connection.",
            run: |trial| talk(trial.serve(&[])?.connect()?),
        },
        Check {
            name: "a-process-a-client",
            points: 3,
            means: "A process has a number of its own, and a parent that has started it.",
            run: a_process_a_client,
        },
        Check {
            name: "counter",
            points: 2,
            means: "A process has its own memory: what the child adds, the parent never sees.",
            run: counter,
        },
        Check {
            name: "child-ends",
            points: 2,
            means: "A child ends with its client. The connection ends when nobody has it open: parent and child.",
            run: child_ends,
        },
        Check {
            name: "descriptors",
            points: 2,
            means: "A child inherits every descriptor that is not closed at exec (CLOEXEC) or by hand.",
            run: descriptors,
        },
        Check {
            name: "no-zombies",
            points: 3,
            means: "The kernel keeps a dead child until its parent has asked for the exit code (wait).",
            run: no_zombies,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client may be gone at every step. That ends its child, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b"leaving\n"),
        },
    ],
};

fn talk(mut peer: Peer) -> Result<(), Failure> {
    ask(&mut peer)?;
    peer.half_close();
    peer.expect_eof()
}

/// Sends a line; gives back the process and the number it is answered with.
fn ask(peer: &mut Peer) -> Result<(u32, u64), Failure> {
    peer.send(b"hello\n")?;
    let answer = read_line(peer)?;
    let text = String::from_utf8_lossy(&answer);
    let parsed = text.strip_suffix('\n').and_then(|line| line.split_once(' '));
    let numbers = parsed.and_then(|(pid, number)| Some((pid.parse().ok()?, number.parse().ok()?)));
    numbers.ok_or_else(|| {
        Failure::new("an answer is the process id, a space, the number and a newline").received(&answer)
    })
}

/// A server whose number is drawn, and that number.
fn serve(trial: &mut Trial) -> Result<(Server, u64), Failure> {
    let counter = trial.random.between(10, 9999);
    Ok((trial.serve(&["--counter", &counter.to_string()])?, counter as u64))
}

/// Connects a client, and asks once.
fn client(server: &Server) -> Result<(Peer, u32), Failure> {
    let mut peer = server.connect()?;
    let (pid, _) = ask(&mut peer)?;
    Ok((peer, pid))
}

/// That `pid` is a child of the server.
fn expect_child(server: &Server, pid: u32) -> Result<(), Failure> {
    if pid == server.subject.pid() {
        let why = "the client is answered by the server itself: its process id is the answer's. A thread is no process";
        return Err(Failure::new(why));
    }
    if proc::children(server.subject.pid())?.contains(&pid) {
        return Ok(());
    }
    let children = proc::children(server.subject.pid())?;
    let why =
        format!("process {pid} is to serve this client, but the children of the server are {children:?}");
    Err(Failure::new(why))
}

fn a_process_a_client(trial: &mut Trial) -> Result<(), Failure> {
    let (server, _) = serve(trial)?;
    let mut peers = Vec::new();
    let mut pids = Vec::new();
    for number in 1..=CLIENTS {
        let before = format!("client {number}, while those before it are connected");
        let (peer, pid) = client(&server).map_err(|failure| failure.when(&before))?;
        expect_child(&server, pid).map_err(|failure| failure.when(&before))?;
        if let Some(other) = pids.iter().position(|&other| other == pid) {
            let why = format!("clients {} and {number} are both served by process {pid}", other + 1);
            return Err(Failure::new(why));
        }
        peers.push(peer);
        pids.push(pid);
    }
    // All of them are there, in any order.
    for (peer, &pid) in peers.iter_mut().zip(&pids).rev() {
        let (answered, _) = ask(peer)?;
        if answered != pid {
            let why = format!("one client is served by two processes, first {pid} and then {answered}");
            return Err(Failure::new(why));
        }
    }
    Ok(())
}

fn counter(trial: &mut Trial) -> Result<(), Failure> {
    let (server, counter) = serve(trial)?;
    let mut pids = Vec::new();
    for _ in 0..3 {
        let mut peer = server.connect()?;
        for expected in counter + 1..=counter + 3 {
            let (pid, number) = ask(&mut peer)?;
            if number != expected {
                let why = format!(
                    "process {pid} says {number}, not {expected}: each child begins with --counter {counter} and adds one a \
                     line; no child can change another one's"
                );
                return Err(Failure::new(why));
            }
            pids.push(pid);
        }
        peer.half_close();
        peer.expect_eof()?;
    }
    pids.dedup();
    let mut ended = Vec::new();
    while ended.len() < pids.len() {
        let what = format!("PID ended, counter {counter}");
        let line = server.subject.line(crate::Stream::Stdout, &what, server.deadline(), &mut |line| {
            line.contains(" ended, counter ")
        })?;
        ended.push(line);
    }
    for pid in pids {
        let expected = format!("{pid} ended, counter {counter}");
        if !ended.contains(&expected) {
            let why =
                "three clients have left, and not each child's end is told with the parent's own number";
            return Err(Failure::new(why).compared(ended.join("\n").as_bytes(), expected.as_bytes()));
        }
    }
    Ok(())
}

fn child_ends(trial: &mut Trial) -> Result<(), Failure> {
    let (server, _) = serve(trial)?;
    let (mut peer, pid) = client(&server)?;
    expect_child(&server, pid)?;
    // A child of later: if there is a copy of the first one's connection to be inherited, it has one.
    let (mut other, _) = client(&server)?;
    peer.half_close();
    let ended = || proc::state(pid).map_or(true, |state| state == 'Z');
    let has_ended = until(server.deadline(), ended);
    if !has_ended {
        let why = format!("process {pid} goes on although its client has ended: a child accepts nobody else");
        return Err(server.subject.explain(Failure::new(why).facts(proc::doing(pid))));
    }
    let end = peer.expect_eof();
    end.map_err(|failure| {
        let why = format!(
            "process {pid} has ended, but its client reads no EOF: somebody else, perhaps the parent, holds its own copy of the \
             connection"
        );
        failure.when(why)
    })?;
    ask(&mut other).map_err(|failure| failure.when("another client, after the first one's end"))?;
    Ok(())
}

fn descriptors(trial: &mut Trial) -> Result<(), Failure> {
    let (server, _) = serve(trial)?;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let (peer, pid) = client(&server)?;
        expect_child(&server, pid)?;
        clients.push((peer, pid));
    }
    for (peer, pid) in &clients {
        for socket in proc::sockets(*pid)? {
            let why = match socket.state {
                SocketState::Listen => format!(
                    "process {pid} has inherited the listener on {}: when the server ends, its port stays taken",
                    socket.local
                ),
                _ if socket.remote.to_string() != peer.name() => format!(
                    "process {pid} serves {}, and has the connection of {} open, too",
                    peer.name(),
                    socket.remote
                ),
                _ => continue,
            };
            return Err(Failure::new(why));
        }
    }
    let kept = || {
        let sockets = proc::sockets(server.subject.pid()).unwrap_or_default();
        sockets.iter().filter(|socket| socket.state != SocketState::Listen).count()
    };
    if until(server.deadline().at_most(Duration::from_secs(2)), || kept() == 0) {
        return Ok(());
    }
    let why = format!(
        "the parent itself has {} of its three clients' connections open: it closes its own copy when the child has one",
        kept()
    );
    Err(Failure::new(why))
}

fn no_zombies(trial: &mut Trial) -> Result<(), Failure> {
    let (server, _) = serve(trial)?;
    let clients: Vec<(Peer, u32)> = (0..CLIENTS).map(|_| client(&server)).collect::<Result<_, _>>()?;
    for (_, pid) in &clients {
        expect_child(&server, *pid)?;
    }
    for (mut peer, _) in clients {
        peer.half_close();
        peer.expect_eof()?;
    }
    let children = || proc::children(server.subject.pid()).unwrap_or_default();
    // No further client comes: who collects only behind accept collects too late.
    if until(server.deadline(), || children().is_empty()) {
        return server.expect_alive("twelve clients");
    }
    let left = children();
    let dead = left.iter().filter(|&&pid| proc::state(pid).is_ok_and(|state| state == 'Z')).count();
    let why = format!(
        "{CLIENTS} clients have left, and nobody new comes: {} children are still there, {dead} of them zombies. A child that \
         has ended is kept until its parent has asked for its exit code",
        left.len()
    );
    Err(server.subject.explain(Failure::new(why).facts(proc::doing(server.subject.pid()))))
}
