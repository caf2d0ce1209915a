//! threading: a thread a client.

use super::lines::read_line;
use crate::lessons::common;
use crate::{Check, Failure, Peer, Server, Suite, Trial, proc, until};

/// How many are served at once.
const CLIENTS: usize = 20;

pub(super) static THREADING: Suite = Suite {
    name: "threading",
    about: "A server with a thread for each client, and one count that all of them share",
    checks: &[
        Check {
            name: "one-client",
            points: 1,
            means: "A connection is a stream of lines; the thread ends with it, at EOF.",
            run: one_client,
        },
        Check {
            name: "shared-count",
            points: 1,
            means: "Threads share memory: one number, one lock, held just long enough to count.",
            run: shared_count,
        },
        Check {
            name: "parallel",
            points: 3,
            means: "A thread waits for its own client only: twenty can be in the middle of their conversations.",
            run: parallel,
        },
        Check {
            name: "panic",
            points: 3,
            means: "A panic ends one thread and poisons the locks it held. What poison means is for you to decide.",
            run: panic,
        },
        Check {
            name: "threads-return",
            points: 2,
            means: "A thread is a megabyte of stack and an entry in the kernel; it goes when its function returns.",
            run: threads_return,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client may be gone at every step. That ends its thread, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b"leaving\n"),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor; a stream that goes out of scope closes it.",
            run: |trial| common::descriptors_return(trial, talk, b"leaving\n"),
        },
    ],
};

/// A line and its answer, whatever its number, and EOF for EOF.
fn talk(mut peer: Peer) -> Result<(), Failure> {
    ask(&mut peer, "hello")?;
    peer.half_close();
    peer.expect_eof()
}

/// Sends a line and gives back its number.
fn ask(peer: &mut Peer, word: &str) -> Result<u64, Failure> {
    peer.send(format!("{word}\n").as_bytes())?;
    let answer = read_line(peer).map_err(|failure| failure.sent(word.as_bytes()))?;
    let text = String::from_utf8_lossy(&answer);
    let number = text.strip_suffix(&format!(" {word}\n")).and_then(|number| number.parse().ok());
    number.ok_or_else(|| {
        let why = format!("the answer to the line `{word}` is a number, a space and the line");
        Failure::new(why).received(&answer)
    })
}

fn one_client(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let words: Vec<String> = (0..3).map(|_| trial.random.word(6)).collect();
    let mut peer = server.connect()?;
    let mut expected = String::new();
    for (number, word) in words.iter().enumerate() {
        peer.send(format!("{word}\n").as_bytes())?;
        expected.push_str(&format!("{} {word}\n", number + 1));
    }
    peer.half_close();
    peer.expect_all(expected.as_bytes())
}

fn shared_count(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for expected in 1..=5 {
        let mut peer = server.connect()?;
        let number = ask(&mut peer, "hello")?;
        peer.half_close();
        peer.expect_eof()?;
        if number != expected {
            let why = format!(
                "{expected} clients have sent a line each, and the last one was told {number}: there is one number for all"
            );
            return Err(Failure::new(why));
        }
    }
    Ok(())
}

fn parallel(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peers = connect(&server)?;
    // The last one first: whoever serves in the order of the queue comes to it too late.
    for number in (0..peers.len()).rev() {
        let word = trial.random.word(5);
        if let Err(failure) = ask(&mut peers[number], &word) {
            return Err(server.blame(failure.when(stuck(&server)?), "a line of one of twenty clients"));
        }
    }
    let threads = proc::threads(server.subject.pid())?;
    if threads < CLIENTS {
        let why =
            format!("{CLIENTS} clients are being served by {threads} threads: the task is a thread for each");
        return Err(Failure::new(why));
    }
    // Each of them is still in its own conversation.
    for peer in &mut peers {
        ask(peer, "again")?;
    }
    Ok(())
}

/// Why the last one of many clients may get no answer, by what the program has accepted.
fn stuck(server: &Server) -> Result<String, Failure> {
    let waiting = proc::waiting(server.addr).unwrap_or(0);
    if waiting > 0 || proc::threads(server.subject.pid())? < CLIENTS {
        return Ok(format!(
            "{CLIENTS} clients are connected, and the last one asks first. It seems that they are served one after the other"
        ));
    }
    Ok(format!(
        "{CLIENTS} clients are connected, each has its thread, and the last one asks first. It seems that a silent one's \
         thread holds the lock"
    ))
}

fn panic(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peers = connect(&server)?;
    for peer in &mut peers {
        ask(peer, "before").map_err(|failure| failure.when("20 clients, one line each"))?;
    }
    let mut victim = peers.swap_remove(trial.random.between(0, CLIENTS - 1));
    victim.send(b"panic\n")?;
    victim.expect_hang_up().map_err(|failure| failure.when("after the line `panic`"))?;

    let mut answered = 0;
    let mut problem = None;
    let mut highest = 0;
    for peer in &mut peers {
        match ask(peer, "after") {
            Ok(number) => (answered, highest) = (answered + 1, number),
            // One wait in vain is enough.
            Err(failure) => {
                problem = Some(failure);
                break;
            }
        }
    }
    server.expect_alive("a handler's panic")?;
    if let Some(problem) = problem {
        let why = format!(
            "one handler has panicked with the lock in hand; of the {} others {answered} were answered before one was not. \
             It seems that the lock is poisoned for all",
            CLIENTS - 1
        );
        return Err(server.subject.explain(problem.when(why)));
    }
    let expected = (2 * CLIENTS) as u64;
    if highest != expected {
        let why =
            format!("{expected} lines were sent, `panic` among them, and the last one is told {highest}");
        return Err(Failure::new(why));
    }
    server.connect().and_then(talk).map_err(|failure| failure.when("a new client after a panic"))
}

fn threads_return(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let pid = server.subject.pid();
    let before = proc::threads(pid)?;
    for _ in 0..2 {
        for mut peer in connect(&server)? {
            ask(&mut peer, "hello")?;
            peer.half_close();
            peer.expect_eof()?;
        }
        let mut victim = server.connect()?;
        victim.send(b"panic\n")?;
        victim.expect_hang_up()?;
    }
    // A server may keep one or two for itself; it may not know how many when it begins.
    let threads = || proc::threads(pid).unwrap_or(0);
    if until(server.deadline(), || threads() <= before + 2) {
        return server.expect_alive("42 clients");
    }
    let failure = Failure::new(format!(
        "before the first client the process had {before} threads; 42 clients have come and gone, and {} threads are left: \
         the thread of a client ends with its client",
        threads()
    ));
    Err(server.subject.explain_wait(failure, server.subject.cpu_time()))
}

fn connect(server: &Server) -> Result<Vec<Peer>, Failure> {
    (0..CLIENTS).map(|_| server.connect()).collect()
}
