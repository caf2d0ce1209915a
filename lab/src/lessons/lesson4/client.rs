//! The client: the grader is the robot.

use std::rc::Rc;

use super::server::{AGAIN, GREETING, RECORDED};
use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Exit, Failure, Listener, Peer, Stream, Subject, Trial};

/// Starts the client, takes its call and greets it.
fn start(trial: &Trial) -> Result<(Rc<Subject>, Peer), Failure> {
    let listener = Listener::open()?;
    let subject = Rc::new(trial.start(&listener.address()?.to_string(), &[], true)?);
    let mut peer = listener.accept(&subject, trial.deadline())?;
    say(trial, &subject, &mut peer, GREETING)?;
    Ok((subject, peer))
}

/// Says something and waits until the client has printed it.
fn say(trial: &Trial, subject: &Subject, peer: &mut Peer, words: &str) -> Result<(), Failure> {
    peer.send(words.as_bytes())?;
    let expected = format!("receive: {words}");
    // A prompt may stand before it on the same line.
    subject.line(Stream::Stdout, &expected, trial.deadline(), &mut |line| line.ends_with(&expected))?;
    Ok(())
}

fn type_in(trial: &Trial, subject: &Subject, peer: &mut Peer, line: &str) -> Result<(), Failure> {
    subject.type_in(line.as_bytes(), trial.deadline())?;
    peer.expect(line.as_bytes()).map_err(|failure| failure.when(format!("`{}` was typed", line.trim_end())))
}

pub(super) fn dialogue(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut peer) = start(trial)?;
    type_in(trial, &subject, &mut peer, "0\n")?;
    say(trial, &subject, &mut peer, RECORDED)?;
    let word = format!("你好{}\n", trial.random.word(5));
    type_in(trial, &subject, &mut peer, &word)?;
    say(trial, &subject, &mut peer, AGAIN)?;
    subject.type_in(b"exit\n", trial.deadline())?;
    // The robot hangs up at exit; whether the client tells it first or just leaves is its own matter.
    drop(peer);
    expect_exit(trial, &subject, Exit::Code(0))?;
    expect_no_crash(&subject)
}

pub(super) fn enter(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut peer) = start(trial)?;
    type_in(trial, &subject, &mut peer, "\n")?;
    say(trial, &subject, &mut peer, AGAIN)
}

pub(super) fn end_of_input(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut peer) = start(trial)?;
    type_in(trial, &subject, &mut peer, "0\n")?;
    say(trial, &subject, &mut peer, RECORDED)?;
    subject.end_stdin();
    expect_exit(trial, &subject, Exit::Code(0))?;
    peer.expect_hang_up()
}

pub(super) fn silent_line(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut peer) = start(trial)?;
    type_in(trial, &subject, &mut peer, "0\n")?;
    // The client's own timeout is five seconds.
    let exit = subject.wait(trial.whole_deadline())?;
    if exit != Exit::Code(1) || subject.tail(Stream::Stderr, 1).is_empty() {
        let failure = Failure::new(
            "no answer came for five seconds: the client should say so on stderr and end with 1",
        );
        return Err(subject.explain(failure));
    }
    expect_no_crash(&subject)
}

pub(super) fn hung_up(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, peer) = start(trial)?;
    drop(peer);
    // Some clients see it at once, others when they send; both must end.
    let _ = subject.type_in(b"0\n0\n", trial.deadline());
    subject.end_stdin();
    subject.wait(trial.deadline())?;
    expect_no_crash(&subject)
}
