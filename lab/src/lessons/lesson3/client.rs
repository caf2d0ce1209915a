//! The client: the grader is its server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;

use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Exit, Failure, Stream, Subject, Trial, UdpPeer};

/// The client, and the grader where it sends to.
fn start(trial: &Trial, extra: &[&str]) -> Result<(Rc<Subject>, UdpPeer), Failure> {
    let server = UdpPeer::open(IpAddr::V4(Ipv4Addr::LOCALHOST), trial.deadline())?;
    let subject = Rc::new(trial.start(&server.address()?.to_string(), extra, true)?);
    let server = server.to_subject(&subject);
    Ok((subject, server))
}

/// Types a line and waits for its datagram; gives the client's address.
fn type_and_see(
    trial: &Trial,
    subject: &Subject,
    server: &mut UdpPeer,
    text: &str,
) -> Result<SocketAddr, Failure> {
    subject.type_in(format!("{text}\n").as_bytes(), trial.deadline())?;
    let (datagram, from) = server.receive()?;
    if datagram != text.as_bytes() {
        let failure = Failure::new("the datagram is not the line that was typed");
        return Err(failure.compared(&datagram, text.as_bytes()));
    }
    Ok(from)
}

pub(super) fn lines(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut server) = start(trial, &[])?;
    for text in [trial.random.word(8), "你好 世界".into(), " 1 ".into()] {
        type_and_see(trial, &subject, &mut server, &text)?;
    }
    subject.type_in(b"exit\n", trial.deadline())?;
    expect_exit(trial, &subject, Exit::Code(0))
}

pub(super) fn exit(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut server) = start(trial, &[])?;
    type_and_see(trial, &subject, &mut server, "exit?")?;
    subject.type_in(b"exit\nnot sent\n", trial.deadline())?;
    expect_exit(trial, &subject, Exit::Code(0))?;
    match server.already_there()? {
        None => Ok(()),
        Some(more) => Err(Failure::new("`exit` ends the client; nothing more is sent").received(&more)),
    }
}

pub(super) fn end_of_input(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut server) = start(trial, &[])?;
    type_and_see(trial, &subject, &mut server, "the last line")?;
    subject.end_stdin();
    expect_exit(trial, &subject, Exit::Code(0))?;
    expect_no_crash(&subject)
}

pub(super) fn long_line(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut server) = start(trial, &[])?;
    let line = trial.random.word(60_000);
    type_and_see(trial, &subject, &mut server, &line).map(drop)
}

pub(super) fn echo(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut server) = start(trial, &["--echo"])?;
    let mut stranger = UdpPeer::open(IpAddr::V4(Ipv4Addr::LOCALHOST), trial.deadline())?;
    for text in [trial.random.word(8), "你好".into()] {
        let client = type_and_see(trial, &subject, &mut server, &text)?;
        let answer = format!("answer {text}");
        stranger.send(client, b"from a stranger")?;
        server.send(client, answer.as_bytes())?;
        let mut heard = |line: &str| line.contains(&answer) || line.contains("stranger");
        let line = subject.line(Stream::Stdout, &answer, trial.deadline(), &mut heard)?;
        if !line.contains(&answer) {
            let why = "a datagram from another address than the server's was taken for its answer";
            return Err(subject.explain(Failure::new(why)));
        }
    }
    subject.end_stdin();
    expect_exit(trial, &subject, Exit::Code(0))
}

pub(super) fn echo_timeout(trial: &mut Trial) -> Result<(), Failure> {
    let (subject, mut server) = start(trial, &["--echo", "--timeout", "1"])?;
    type_and_see(trial, &subject, &mut server, "is there anybody?")?;
    // Whether it goes on with the next line or ends is its own matter; it says so, and is not stuck.
    subject.line(Stream::Stderr, "something about the missing answer", trial.deadline(), &mut |_| true)?;
    subject.end_stdin();
    subject.wait(trial.deadline())?;
    expect_no_crash(&subject)
}
