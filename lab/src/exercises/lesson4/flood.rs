//! flood: a limit for what a caller can make the robot keep.

use crate::lessons::common;
use crate::lessons::lesson4::calls;
use crate::lessons::lesson4::server::{AGAIN, RECORDED, REQUEST, call, talk};
use crate::{Check, Failure, Suite, Trial};

pub(super) static FLOOD: Suite = Suite {
    name: "flood",
    about: "A telephone robot with a limit for its messages",
    checks: &[
        Check {
            name: "dialogue",
            points: 1,
            means: "The robot speaks first, then one reply a line, until exit.",
            run: |trial| trial.serve(&[])?.connect().and_then(talk),
        },
        Check {
            name: "refused-once",
            points: 3,
            means: "A line that is too long is one message and gets one answer. What is dropped is not obeyed.",
            run: refused_once,
        },
        Check {
            name: "refused-at-once",
            points: 2,
            means: "Do not wait for what may never come: the limit is an end, too.",
            run: refused_at_once,
        },
        Check {
            name: "memory",
            points: 3,
            means: "A buffer that a peer fills needs a limit, and the limit must hold while it is filled.",
            run: |trial| calls::flood_within(trial, 20 << 20),
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "Callers hang up when they like. That ends one call, never the robot.",
            run: |trial| common::clients_that_leave(trial, talk, REQUEST),
        },
    ],
};

fn refused_once(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let length = trial.random.between(4000, 9000);
    // The last one is a trap: its 1,025th byte begins what would be a message.
    for (length, end) in [(length, ""), (100_000, ""), (1024, "exit")] {
        let long = format!("{}{end}\n", "x".repeat(length));
        let mut caller = call(&server)?;
        let heard = caller.send(long.as_bytes()).and_then(|()| {
            // The refusal is waited for, so that a robot that hangs up behind it has done so.
            caller.expect(AGAIN.as_bytes())?;
            caller.send(b"0\nexit\n")?;
            caller.read_to_end(64 << 10)
        });
        let size = length + end.len();
        let heard = heard.map_err(|failure| {
            failure.when(format!(
                "a line of {size} bytes was sent, which is to be refused, and then `0`: the caller was hung up on or forgotten"
            ))
        })?;
        if heard == RECORDED.as_bytes() {
            continue;
        }
        let text = String::from_utf8_lossy(&heard);
        let more = text.matches(AGAIN).count();
        let why = if more > 0 {
            format!("one line of {size} bytes was refused {} times, once for each piece of it", more + 1)
        } else if heard.is_empty() {
            format!("after a line of {size} bytes that ends with `{end}` the caller was hung up on")
        } else {
            format!("after a line of {size} bytes `0` should be answered")
        };
        return Err(Failure::new(format!("{why} (compared: what came behind the refusal)"))
            .compared(&heard, RECORDED.as_bytes()));
    }
    Ok(())
}

fn refused_at_once(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for length in [trial.random.between(1025, 4000), 1024] {
        let mut caller = call(&server)?;
        caller.send("x".repeat(length).as_bytes())?;
        caller.expect(AGAIN.as_bytes()).map_err(|failure| {
            failure.when(format!(
                "{length} bytes without a newline are too long; the refusal must not wait for a newline that may never come"
            ))
        })?;
        caller.send("x".repeat(length).as_bytes())?;
        caller.send(b"\n0\nexit\n")?;
        caller.expect_all(RECORDED.as_bytes()).map_err(|failure| {
            failure.when("the line that has been refused goes on and ends, and the next one is `0`")
        })?;
    }
    Ok(())
}
