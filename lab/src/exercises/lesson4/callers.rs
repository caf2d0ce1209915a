//! callers: many at once, each with a state of its own.

use std::time::{Duration, Instant};

use crate::lessons::common;
use crate::lessons::lesson4::server::{AGAIN, GREETING, RECORDED, REQUEST, call, talk};
use crate::{Check, Failure, Peer, Server, Suite, Trial};

pub(super) static CALLERS: Suite = Suite {
    name: "callers",
    about: "A telephone robot for ten callers at once",
    checks: &[
        Check {
            name: "dialogue",
            points: 1,
            means: "The robot speaks first, then one reply a line, until exit.",
            run: |trial| trial.serve(&[])?.connect().and_then(talk),
        },
        Check {
            name: "ten-greeted",
            points: 3,
            means: "Whoever waits for one caller needs somebody else for the others: a thread each, for instance.",
            run: ten_greeted,
        },
        Check {
            name: "slow-talker",
            points: 3,
            means: "To be greeted is not enough: each of them is to be answered while another one is still talking.",
            run: slow_talker,
        },
        Check {
            name: "own-state",
            points: 2,
            means: "Half a message belongs to the caller who said it. What a call remembers belongs to the call.",
            run: own_state,
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Callers come and go; nothing of them may stay.",
            run: |trial| common::descriptors_return(trial, talk, REQUEST),
        },
    ],
};

const CALLERS_AT_ONCE: usize = 10;

/// Ten callers, the first of which is in the middle of a message: all are greeted before any of them has left.
fn ten_greeted(trial: &mut Trial) -> Result<(), Failure> {
    // The task says 0.3 s. On a machine that does other work too ten times that is not slow, one after the other is.
    const LIMIT: Duration = Duration::from_secs(3);
    let server = trial.serve(&[])?;
    let mut slow = call(&server)?;
    slow.send(b"exi")?;
    let begun = Instant::now();
    let mut callers = vec![slow];
    for number in 2..=CALLERS_AT_ONCE {
        let mut caller = server.connect()?;
        caller.expect(GREETING.as_bytes()).map_err(|failure| {
            failure.when(format!(
                "{} of {CALLERS_AT_ONCE} callers are greeted and on the line, number {number} is not: who is greeted only \
                 when another one has hung up is served one after the other",
                number - 1
            ))
        })?;
        callers.push(caller);
    }
    let took = begun.elapsed();
    if took > LIMIT {
        return Err(Failure::new(format!(
            "all are greeted within 0.3 s, not after {:.1} s: nobody waits for another caller's silence",
            took.as_secs_f32()
        )));
    }
    Ok(())
}

/// One talks a byte at a time; between two of its bytes another one has a whole call.
fn slow_talker(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut slow = call(&server)?;
    let said = b"0\nexit\n";
    for (number, byte) in said.iter().enumerate() {
        let mut other = greeted(&server)?;
        other.send(b"0\n")?;
        other.expect(RECORDED.as_bytes()).map_err(|failure| {
            failure.when(format!(
                "one caller has said {number} bytes so far, another one was greeted but is not answered meanwhile"
            ))
        })?;
        other.send(b"exit\n")?;
        other.expect_eof()?;
        slow.send(&[*byte])?;
        if said[..=number] == *b"0\n" {
            slow.expect(RECORDED.as_bytes()).map_err(|failure| failure.when("the slow talker"))?;
        }
    }
    slow.expect_eof().map_err(|failure| failure.when("the slow talker has said exit"))
}

fn greeted(server: &Server) -> Result<Peer, Failure> {
    call(server).map_err(|failure| failure.when("while another caller is on the line"))
}

/// All say the first half of a line; then, in another order, the second half.
fn own_state(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut callers = Vec::new();
    for number in 0..CALLERS_AT_ONCE {
        // Some say 0, some a number. Nobody's half followed by another one's rest is the same as the own line.
        let line = if number % 2 == 0 { "0\n".to_owned() } else { format!("1{}\n", 100 + number) };
        let cut = trial.random.between(1, line.len() - 1);
        let mut caller = greeted(&server)?;
        caller.send(&line.as_bytes()[..cut])?;
        let _ = caller.wait_until_read();
        callers.push((caller, line, cut));
    }
    callers.rotate_left(trial.random.between(1, CALLERS_AT_ONCE - 1));
    for (caller, line, cut) in &mut callers {
        caller.send(&line.as_bytes()[*cut..])?;
        let expected = if line == "0\n" { RECORDED } else { AGAIN };
        caller.expect(expected.as_bytes()).map_err(|failure| {
            failure.when(
                "ten callers have each said half a line, now one says the rest, and the reply is not that to its own line: \
                 state shared between callers",
            )
        })?;
    }
    Ok(())
}
