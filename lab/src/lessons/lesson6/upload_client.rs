//! The upload client: the grader is the server.

use std::fs;
use std::rc::Rc;
use std::time::Duration;

use super::uploads::{confirmation, header};
use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Exit, Failure, Listener, Peer, Stream, Subject, Trial, measure_for};

/// Writes the files and starts the client with their paths; takes its call.
fn start(trial: &Trial, files: &[(&str, &[u8])]) -> Result<(Rc<Subject>, Peer), Failure> {
    let mut paths = Vec::new();
    fs::create_dir_all(trial.path("own"))?;
    for (name, content) in files {
        let path = trial.path("own").join(name);
        fs::write(&path, content)?;
        paths.push(path.display().to_string());
    }
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let listener = Listener::open()?;
    let subject = Rc::new(trial.start(&listener.address()?.to_string(), &paths, false)?);
    let peer = listener.accept(&subject, trial.whole_deadline())?;
    Ok((subject, peer))
}

/// Takes one file as a right server does.
fn take(peer: &mut Peer, name: &str, content: &[u8]) -> Result<(), Failure> {
    peer.expect(&header(name, content.len())).map_err(|failure| failure.when("the header"))?;
    peer.send(b"ready\n")?;
    peer.expect(content).map_err(|failure| failure.when(format!("the content of `{name}`")))?;
    peer.send(&confirmation(content))
}

fn expect_ok(trial: &Trial, subject: &Subject, name: &str) -> Result<(), Failure> {
    let line = format!("{name}: ok");
    subject.line(Stream::Stdout, &line, trial.deadline(), &mut |printed| printed == line)?;
    Ok(())
}

/// Exit 1, with these words on stderr.
fn expect_failure(trial: &Trial, subject: &Subject, words: &str, when: &str) -> Result<(), Failure> {
    expect_exit(trial, subject, Exit::Code(1)).map_err(|failure| failure.when(when))?;
    let printed = subject.tail(Stream::Stderr, usize::MAX).join("\n");
    if printed.trim().is_empty() || !printed.contains(words) {
        let why = format!("{when}: a message on stderr is expected, with the words \"{words}\"");
        return Err(subject.explain(Failure::new(why)));
    }
    expect_no_crash(subject)
}

pub(super) fn file(trial: &mut Trial) -> Result<(), Failure> {
    let content = trial.random.bytes(3000);
    let (subject, mut peer) = start(trial, &[("data.bin", &content)])?;
    take(&mut peer, "data.bin", &content)?;
    expect_ok(trial, &subject, "data.bin")?;
    peer.expect_eof()?;
    expect_exit(trial, &subject, Exit::Code(0))?;
    expect_no_crash(&subject)
}

/// Not a byte of content before `ready`.
pub(super) fn waits_for_ready(trial: &mut Trial) -> Result<(), Failure> {
    let content = trial.random.bytes(500);
    let (subject, mut peer) = start(trial, &[("data.bin", &content)])?;
    peer.expect(&header("data.bin", content.len()))?;
    measure_for(Duration::from_millis(300));
    if peer.has_something() {
        let why = "content was sent before `ready` came: the server might refuse the file";
        return Err(Failure::new(why).received(&peer.read_some()?));
    }
    // The answers come in pieces, as on any connection.
    peer.send_pieces([b"re".as_slice(), b"ady", b"\n"])?;
    peer.expect(&content)?;
    let answer = confirmation(&content);
    peer.send_pieces(answer.chunks(20))?;
    expect_ok(trial, &subject, "data.bin")?;
    expect_exit(trial, &subject, Exit::Code(0))
}

/// Several files over one connection, an empty one among them.
pub(super) fn several(trial: &mut Trial) -> Result<(), Failure> {
    let (one, two) = (trial.random.bytes(200_000), trial.random.bytes(10));
    let files: [(&str, &[u8]); 4] = [("one", &one), ("空 文件.txt", b""), ("a|b|7", &two), ("last", b"x")];
    let (subject, mut peer) = start(trial, &files)?;
    for (name, content) in files {
        take(&mut peer, name, content)
            .map_err(|failure| failure.when(format!("the file `{name}` of four")))?;
        expect_ok(trial, &subject, name)?;
    }
    peer.expect_eof()?;
    expect_exit(trial, &subject, Exit::Code(0))
}

/// The server answers with another digest: something was lost on the way.
pub(super) fn wrong_digest(trial: &mut Trial) -> Result<(), Failure> {
    let content = trial.random.bytes(100);
    let other = trial.random.bytes(100);
    let (subject, mut peer) = start(trial, &[("data.bin", &content)])?;
    peer.expect(&header("data.bin", content.len()))?;
    peer.send(b"ready\n")?;
    peer.expect(&content)?;
    peer.send(&confirmation(&other))?;
    expect_failure(trial, &subject, "", "the server's digest is another one than the file's")?;
    let printed = subject.tail(Stream::Stdout, usize::MAX);
    if printed.iter().any(|line| line.ends_with(": ok")) {
        return Err(subject.explain(Failure::new("a wrong digest was called ok")));
    }
    Ok(())
}

/// The server refuses, before the content or after it.
pub(super) fn refused(trial: &mut Trial) -> Result<(), Failure> {
    for late in [false, true] {
        let why = format!("no room for {}", trial.random.word(6));
        let (subject, mut peer) = start(trial, &[("data.bin", b"hello")])?;
        peer.expect(b"data.bin|5\n")?;
        if late {
            peer.send(b"ready\n")?;
            peer.expect(b"hello")?;
        }
        peer.send(format!("error: {why}\n").as_bytes())?;
        let place = if late { "behind the content" } else { "to the header" };
        expect_failure(trial, &subject, &why, &format!("the server answers `error: {why}` {place}"))?;
    }
    Ok(())
}

/// The server goes at each step.
pub(super) fn hung_up(trial: &mut Trial) -> Result<(), Failure> {
    let content = trial.random.bytes(8 << 20);
    for (ready, resets) in [(false, false), (true, false), (true, true)] {
        let (subject, mut peer) = start(trial, &[("data.bin", &content)])?;
        peer.expect(&header("data.bin", content.len()))?;
        if ready {
            peer.send(b"ready\n")?;
            peer.expect(&content[..1000])?;
        }
        if resets {
            peer.reset();
        } else {
            drop(peer);
        }
        expect_failure(trial, &subject, "", "the server hangs up before its `ok`")?;
    }
    Ok(())
}

/// Nobody listens, and a file that is not there.
pub(super) fn nobody_there(trial: &mut Trial) -> Result<(), Failure> {
    let address = Listener::open()?.address()?.to_string();
    let path = trial.path("data.bin");
    fs::write(&path, "x")?;
    let subject = trial.start(&address, &[&path.display().to_string()], false)?;
    expect_failure(trial, &subject, "refused", "nobody listens there")?;

    let listener = Listener::open()?;
    let missing = trial.path("missing.txt").display().to_string();
    let subject = trial.start(&listener.address()?.to_string(), &[&missing], false)?;
    expect_failure(trial, &subject, "missing.txt", "there is no such file")
}
