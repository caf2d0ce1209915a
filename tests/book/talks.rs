//! To its client the lesson is its twin: one script, played to both, and both answer as it says.
//!
//! Each file `book/recordings/NAME.talk` begins with the two commands as a reader types them. A line `> …` is what the client
//! sends, `< …` what it gets, `< (end)` the end of the stream; `\r` and `\n` stand for these bytes. Lessons 7 and 8 serve
//! nobody: there `> …` is a line that is typed, `< …` one that is printed, and `< (end)` the end with exit code 0.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lab::{Deadline, Exit, Failure, Peer, Start, Stream, Subject, UdpPeer, socket_address};

use crate::common::{Who, command, several_at_once};

/// A bound against hanging, generous for a busy machine.
const SOON: Duration = Duration::from_secs(60);

#[test]
fn both_answer_as_the_script_says() {
    let talks = talks();
    assert_eq!(talks.len(), 8, "one for each lesson");
    let problems = several_at_once(talks, |path| {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let mut problems = String::new();
        for (who, typed) in [Who::Rust, Who::Python].into_iter().zip(&lines) {
            if let Err(failure) = play(who, typed, &lines[2..]) {
                problems += &format!("\n{}, `{typed}`: {failure}", path.display());
            }
        }
        problems
    });
    let problems = problems.concat();
    assert!(problems.is_empty(), "{problems}\nif the answer is right now, write it into the script");
}

fn talks() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("book/recordings");
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "talk"));
    found
}

/// Starts what `$ cargo run --bin lessonN PART …` or `$ python3 lessons/lessonN/original.py PART …` starts, but on a free port,
/// and talks to it. Without Python there is no twin to talk to.
fn play(who: Who, typed: &str, script: &[&str]) -> Result<(), Failure> {
    let (prefix, rest) = match who {
        Who::Rust => ("$ cargo run --bin lesson", "PART"),
        Who::Python => ("$ python3 lessons/lesson", "original.py PART"),
    };
    let shape = || Failure::new(format!("the command is not `{prefix}N {rest}`"));
    let mut words = typed.strip_prefix(prefix).ok_or_else(shape)?.split_whitespace();
    let lesson = words.next().and_then(|word| word[..1].parse::<u32>().ok()).ok_or_else(shape)?;
    let part = words.next().ok_or_else(shape)?;
    let Some(command) = command(who, lesson, part, &words.collect::<Vec<_>>()) else { return Ok(()) };

    let folder = tempfile::tempdir()?;
    let serves = lesson <= 6;
    let addr = if serves { "127.0.0.1:0" } else { "" };
    let subject = Subject::start(&command, Start { addr, dir: folder.path(), extra: &[], typed: !serves })?;
    let deadline = Deadline::after(SOON);
    let ready = || socket_address(&subject.ready(deadline)?);
    let mut talk = match lesson {
        7 | 8 => Talk::Typed(&subject),
        3 => {
            let server = ready()?;
            Talk::Udp(UdpPeer::open(server.ip(), deadline)?, server)
        }
        _ => Talk::Tcp(Peer::connect(ready()?, deadline)?),
    };
    for line in script {
        match line.split_at_checked(2) {
            Some(("> ", text)) => talk.say(&bytes(text), deadline)?,
            Some(("< ", "(end)")) => talk.expect_end(deadline)?,
            Some(("< ", text)) => talk.expect(&bytes(text), deadline)?,
            _ => return Err(Failure::new(format!("`{line}` begins neither with `> ` nor with `< `"))),
        }
    }
    Ok(())
}

/// `\r` and `\n` as what they stand for.
fn bytes(text: &str) -> Vec<u8> {
    text.replace("\\r", "\r").replace("\\n", "\n").into_bytes()
}

/// How a program is talked to.
enum Talk<'a> {
    Tcp(Peer),
    Udp(UdpPeer, SocketAddr),
    Typed(&'a Subject),
}

impl Talk<'_> {
    fn say(&mut self, bytes: &[u8], deadline: Deadline) -> Result<(), Failure> {
        match self {
            Talk::Tcp(peer) => peer.send(bytes),
            Talk::Udp(peer, server) => peer.send(*server, bytes),
            Talk::Typed(subject) => subject.type_in(&[bytes, b"\n"].concat(), deadline),
        }
    }

    fn expect(&mut self, expected: &[u8], deadline: Deadline) -> Result<(), Failure> {
        match self {
            Talk::Tcp(peer) => peer.expect(expected),
            Talk::Udp(peer, server) => peer.expect(*server, expected),
            Talk::Typed(subject) => {
                let printed = subject.line(Stream::Stdout, "the next line", deadline, &mut |_| true)?;
                let same = printed.as_bytes() == expected;
                same.then_some(()).ok_or_else(|| {
                    Failure::new("it prints something else").compared(printed.as_bytes(), expected)
                })
            }
        }
    }

    fn expect_end(&mut self, deadline: Deadline) -> Result<(), Failure> {
        match self {
            Talk::Tcp(peer) => peer.expect_eof(),
            Talk::Udp(..) => Err(Failure::new("datagrams have no end")),
            Talk::Typed(subject) => match subject.wait(deadline)? {
                Exit::Code(0) => Ok(()),
                other => Err(Failure::new(format!("it ended otherwise: {other:?}"))),
            },
        }
    }
}
