//! How every server of the lessons starts where it cannot, and how it ends.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use super::common::{Talk, wait_until_accepted};
use crate::{Exit, Failure, Peer, Server, Signal, Stream, Subject, Trial, until};

/// Both signals end an idle server, with the right count.
pub(crate) fn stop_idle(trial: &mut Trial, talk: Talk) -> Result<(), Failure> {
    for (signal, name, clients) in [(Signal::TERM, "SIGTERM", 3), (Signal::INT, "SIGINT", 0)] {
        let server = trial.serve(&[])?;
        for _ in 0..clients {
            talk(server.connect()?)?;
        }
        server.subject.signal(signal);
        expect_count(&server.expect_stop(name)?, &format!("stopped after {clients} connections"))?;
        expect_port_free(&server, false)?;
    }
    Ok(())
}

/// A client that says nothing does not hold the server back from stopping; it is hung up on.
pub(crate) fn stop_with_idle_client(trial: &mut Trial, greeting: &[u8]) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut idle = server.connect()?;
    idle.expect(greeting)?;
    wait_until_accepted(&server);
    server.subject.signal(Signal::TERM);
    server.expect_stop("SIGTERM with an idle client")?;
    idle.expect_hang_up()?;
    expect_port_free(&server, false)
}

/// That the last line is the right one.
pub(crate) fn expect_count(printed: &str, expected: &str) -> Result<(), Failure> {
    if printed == expected {
        return Ok(());
    }
    Err(Failure::new("the last line does not count what was served")
        .compared(printed.as_bytes(), expected.as_bytes()))
}

/// That somebody else can listen where the server did. Another program may have got the same free port for a moment.
pub(crate) fn expect_port_free(server: &Server, udp: bool) -> Result<(), Failure> {
    let free =
        || if udp { UdpSocket::bind(server.addr).is_ok() } else { TcpListener::bind(server.addr).is_ok() };
    if until(server.deadline().shortly(), free) {
        return Ok(());
    }
    Err(Failure::new(format!("the server has stopped, but {} cannot be listened on again", server.addr)))
}

/// The port is taken: a message that says who, what and why, and exit 1.
pub(crate) fn port_in_use(trial: &mut Trial) -> Result<(), Failure> {
    let holder = TcpListener::bind("127.0.0.1:0")?;
    refused(trial, &holder.local_addr()?)
}

/// The same for UDP.
pub(crate) fn udp_port_in_use(trial: &mut Trial) -> Result<(), Failure> {
    let holder = UdpSocket::bind("127.0.0.1:0")?;
    refused(trial, &holder.local_addr()?)
}

fn refused(trial: &mut Trial, taken: &SocketAddr) -> Result<(), Failure> {
    let subject = trial.start(&taken.to_string(), &[], false)?;
    let message = format!("cannot listen on {taken}: Address already in use");
    expect_refusal(trial, &subject, &message)
}

/// Exit 1 with `message` on stderr and nothing that looks like a crash.
fn expect_refusal(trial: &Trial, subject: &Subject, message: &str) -> Result<(), Failure> {
    expect_exit(trial, subject, Exit::Code(1))?;
    subject.line(Stream::Stderr, &format!("NAME: {message}"), trial.deadline(), &mut |line| {
        line.contains(message)
    })?;
    expect_no_crash(subject)
}

/// That it ends by itself with `expected`.
pub(crate) fn expect_exit(trial: &Trial, subject: &Subject, expected: Exit) -> Result<(), Failure> {
    let exit = subject.wait(trial.deadline())?;
    if exit == expected {
        return Ok(());
    }
    Err(subject.explain(Failure::new(format!("it should have ended with {expected}, not: {exit}"))))
}

/// That stderr holds no panic and no traceback: a user is told what happened, not where in the source.
pub(crate) fn expect_no_crash(subject: &Subject) -> Result<(), Failure> {
    let printed = subject.tail(Stream::Stderr, usize::MAX).join("\n");
    if ["Traceback", "panicked", "Exception ignored", "RUST_BACKTRACE"]
        .iter()
        .any(|sign| printed.contains(sign))
    {
        return Err(
            subject.explain(Failure::new("a message for users is expected on stderr, not a crash report"))
        );
    }
    Ok(())
}

/// An unknown option is an error of use: exit 2.
pub(crate) fn usage(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("127.0.0.1:0", &["--no-such-option"], false)?;
    expect_exit(trial, &subject, Exit::Code(2))?;
    if subject.tail(Stream::Stderr, 1).is_empty() {
        return Err(Failure::new("an unknown option must be named on stderr"));
    }
    expect_no_crash(&subject)
}

/// `server | head -1`: whoever read stdout is gone. That ends the program, but it is no failure.
pub(crate) fn broken_stdout(trial: &mut Trial, talk: Talk) -> Result<(), Failure> {
    let mut subject = trial.start("127.0.0.1:0", &[], false)?;
    let addr = crate::socket_address(&subject.ready(trial.deadline())?)?;
    subject.close_stdout(trial.deadline())?;
    // The server may end at its first line or go on without its words: both are right, so the talk need not succeed.
    let _ = Peer::connect(addr, trial.deadline()).and_then(talk);
    expect_quiet_end(trial, &subject)
}

/// Ends by itself or, when it goes on without its words, at SIGTERM. It gets a while for the first: a signal to a
/// Python that is ending already kills it.
pub(crate) fn expect_quiet_end(trial: &Trial, subject: &Subject) -> Result<(), Failure> {
    if subject.wait(trial.deadline().at_most(Duration::from_secs(1))).is_err() {
        subject.signal(Signal::TERM);
    }
    expect_exit(trial, subject, Exit::Code(0))
        .map_err(|failure| failure.when("nobody reads stdout any more"))?;
    expect_no_crash(subject)
}

/// The same conversation over IPv6. A machine without it has nothing to check.
pub(crate) fn ipv6(trial: &mut Trial, talk: Talk) -> Result<(), Failure> {
    if TcpListener::bind("[::1]:0").is_err() {
        return Ok(());
    }
    let server = trial.serve_on("[::1]:0", &[])?;
    talk(server.connect()?)
}

/// A path as address: served, removed at the end, taken over when stale, and never at somebody else's cost.
pub(crate) fn unix_socket(trial: &mut Trial, talk: Talk) -> Result<(), Failure> {
    let path = trial.path("door");
    let address = format!("unix:{}", path.display());

    // A stale path: somebody listened there and did not remove it.
    drop(UnixListener::bind(&path)?);
    // A program that another check is starting right now has a copy of the listener, until it is a program of its own.
    until(trial.deadline(), || UnixStream::connect(&path).is_err());
    let subject = trial.serve_unix(&path)?;
    let talked = Peer::connect_unix(&path, trial.deadline()).and_then(|peer| talk(peer.to_subject(&subject)));
    talked.map_err(|failure| failure.when("over a Unix socket whose path had been left behind"))?;

    // A live server there must not be robbed of its path.
    let second = trial.start(&address, &[], false)?;
    expect_refusal(trial, &second, "Address already in use")
        .map_err(|failure| failure.when("a second server on the path"))?;
    let talked = Peer::connect_unix(&path, trial.deadline()).and_then(|peer| talk(peer.to_subject(&subject)));
    talked.map_err(|failure| failure.when("the first server after a second one was started on its path"))?;

    subject.signal(Signal::TERM);
    expect_exit(trial, &subject, Exit::Code(0))?;
    if path.exists() {
        return Err(Failure::new("the server has stopped, but the path of its Unix socket is still there"));
    }
    regular_file(trial, &trial.path("file"))
}

fn regular_file(trial: &Trial, path: &Path) -> Result<(), Failure> {
    std::fs::write(path, "precious")?;
    let subject = trial.start(&format!("unix:{}", path.display()), &[], false)?;
    let refused = expect_refusal(trial, &subject, "cannot listen on");
    refused.map_err(|failure| failure.when("the path of a regular file as address"))?;
    if std::fs::read(path).ok().as_deref() != Some(b"precious") {
        return Err(Failure::new("the server has removed a regular file to put its Unix socket there"));
    }
    Ok(())
}
