//! hangup: the end of a stream is not a message, and one caller's trouble is not the bot's.

use crate::lessons::common::{self, expect_idle};
use crate::lessons::lesson4::server::{AGAIN, RECORDED, REQUEST, call, talk};
use crate::{Check, Failure, Suite, Trial};

pub(super) static HANGUP: Suite = Suite {
    name: "hangup",
    about: "A telephone robot that callers may leave at any step",
    checks: &[
        Check {
            name: "dialogue",
            points: 1,
            means: "The robot speaks first, then one reply a line, until exit.",
            run: |trial| trial.serve(&[])?.connect().and_then(talk),
        },
        Check {
            name: "end-of-stream",
            points: 3,
            means: "At the end of the stream a read gives nothing, at once and for ever. It is the end of the call.",
            run: end_of_stream,
        },
        Check {
            name: "half-a-message",
            points: 1,
            means: "What has no newline when the stream ends was never a message.",
            run: half_a_message,
        },
        Check {
            name: "leaves-at-each-step",
            points: 3,
            means: "EPIPE and ECONNRESET say that a caller has left. That ends one call, never the robot.",
            run: |trial| common::clients_that_leave(trial, talk, REQUEST),
        },
        Check {
            name: "descriptors",
            points: 2,
            means: "A call is over when the last copy of its descriptor is closed; shutdown is not close.",
            run: |trial| common::descriptors_return(trial, talk, REQUEST),
        },
        Check {
            name: "cpu",
            points: 2,
            means: "Who reads the end of a stream again and again uses a whole CPU for nothing.",
            run: cpu,
        },
    ],
};

fn end_of_stream(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for (said, reply) in [("", ""), ("0\n", RECORDED)] {
        let mut caller = call(&server)?;
        caller.send(said.as_bytes())?;
        caller.half_close();
        let mut heard = Vec::new();
        // A robot that never stops to answer is heard for a while only.
        while heard.len() < 4096 {
            let some = caller.read_some().map_err(|failure| {
                failure.when("the caller has hung up (EOF), and the robot should do the same")
            })?;
            if some.is_empty() {
                break;
            }
            heard.extend(some);
        }
        if heard == reply.as_bytes() {
            continue;
        }
        let more = heard.strip_prefix(reply.as_bytes()).unwrap_or_default();
        let why = if more.starts_with(AGAIN.as_bytes()) {
            format!(
                "the end of the stream was answered as if it were a message, {} times: a read of 0 bytes is no empty line",
                more.len() / AGAIN.len()
            )
        } else {
            "behind the last message the caller has hung up (EOF): its reply, and nothing else, was expected"
                .to_owned()
        };
        return Err(Failure::new(why).sent(said.as_bytes()).compared(&heard, reply.as_bytes()));
    }
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "a caller who hung up"))
}

fn half_a_message(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let word = trial.random.word(4);
    for half in ["0", "1234", &word] {
        let said = format!("0\n{half}");
        let mut caller = call(&server)?;
        caller.send(said.as_bytes())?;
        caller.half_close();
        let heard = caller.read_to_end(4096)?;
        if heard != RECORDED.as_bytes() {
            let why = format!(
                "`{half}` had no newline yet when the caller hung up, and was answered: half a message is none"
            );
            return Err(Failure::new(why).sent(said.as_bytes()).compared(&heard, RECORDED.as_bytes()));
        }
    }
    Ok(())
}

fn cpu(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    let mut caller = call(&server)?;
    caller.send(b"0\n")?;
    caller.expect(RECORDED.as_bytes())?;
    caller.half_close();
    expect_idle(&server, "after a caller's end of stream, which every further read gives again,")?;
    drop(caller);
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "a caller who hung up"))
}
