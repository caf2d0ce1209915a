//! hostile-names: a name from a peer is no path.
//!
//! The names that would hurt aim at a canary that lies beside the server's folder, in the trial's own; and they are said
//! only to a server that has been seen to write to its folder.

use std::time::Duration;

use super::upload::{talk, upload};
use crate::bytes::show;
use crate::lessons::lesson6::uploads::{Inbox, header, open};
use crate::{Check, Failure, Peer, Server, Suite, Trial, until};

pub(super) static HOSTILE_NAMES: Suite = Suite {
    name: "hostile-names",
    about: "A server that takes files under names which it does not trust",
    checks: &[
        Check { name: "file", points: 1, means: "An ordinary file with an ordinary name.", run: file },
        Check {
            name: "good-names",
            points: 2,
            means: "Chinese, spaces, bars and dots lead nowhere: refuse what is dangerous, not what is unusual.",
            run: good_names,
        },
        Check {
            name: "dot-dot",
            points: 3,
            means: "`..` is the folder above. A name without a slash that is not `.` or `..` stays where it is put.",
            run: dot_dot,
        },
        Check {
            name: "absolute-path",
            points: 2,
            means: "DIR joined with an absolute path is that path alone: the folder is forgotten.",
            run: absolute_path,
        },
        Check {
            name: "long-names",
            points: 2,
            means: "A name has at most 255 bytes, not characters. The file system would refuse more, and you first.",
            run: long_names,
        },
        Check {
            name: "control-characters",
            points: 1,
            means: "A NUL ends a name for the kernel, and an escape sequence in a listing commands the terminal.",
            run: control_characters,
        },
    ],
};

fn file(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let content = trial.random.bytes(5000);
    let mut peer = server.connect()?;
    for name in ["data.bin", "data2.bin"] {
        upload(&mut peer, name, &content)?;
        inbox.expect(name, &content)?;
    }
    peer.half_close();
    peer.expect_eof()?;
    inbox.expect_only(&server, &["data.bin", "data2.bin"], "two files were sent")
}

fn good_names(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let names =
        ["名字.txt", "a|b", " two words ", "a|b|7", "|", "...", "..a", "-rf", "a\\b", "%2e%2e", "'$(x)\""];
    for name in names {
        accept(trial, &inbox, &server, name)?;
    }
    inbox.expect_only(&server, &names, "files with unusual names")
}

/// A name that is to be taken.
fn accept(trial: &mut Trial, inbox: &Inbox, server: &Server, name: &str) -> Result<(), Failure> {
    let content = trial.random.bytes(20);
    let mut peer = server.connect()?;
    let taken = upload(&mut peer, name, &content).and_then(|()| inbox.expect(name, &content));
    let why = format!("{} is a valid name", show(name.as_bytes()));
    taken.map_err(|failure| or_died(server, failure).when(why))
}

fn dot_dot(trial: &mut Trial) -> Result<(), Failure> {
    let names = ["../canary", "..", ".", "", "a/../../canary", "../new file", "./canary", "a/b", "/"];
    refuse(trial, &names).map(drop)
}

fn absolute_path(trial: &mut Trial) -> Result<(), Failure> {
    let names = [trial.path("canary"), trial.path("new file"), trial.path("inbox/new file")];
    let names = names.map(|path| path.display().to_string());
    refuse(trial, &names.each_ref().map(String::as_str)).map(drop)
}

fn long_names(trial: &mut Trial) -> Result<(), Failure> {
    let names = [256, 4096, 300].map(|length| "x".repeat(length));
    let (inbox, server) = refuse(trial, &[&names[0], &names[1], &names[2], &"长".repeat(86)])?;
    for name in ["x".repeat(255), "长".repeat(85)] {
        accept(trial, &inbox, &server, &name).map_err(|failure| failure.when("a name of 255 bytes"))?;
    }
    Ok(())
}

fn control_characters(trial: &mut Trial) -> Result<(), Failure> {
    refuse(trial, &["a\0b", "../canary\0.txt", "a\x1b[2J", "tab\there", "\r", "del\x7f"]).map(drop)
}

/// A server of its own, and the names that it is to refuse, one behind the other on one connection.
fn refuse(trial: &mut Trial, names: &[&str]) -> Result<(Inbox, Server), Failure> {
    let (inbox, server) = open(trial, &[])?;
    // Nothing dangerous is said to a server that writes who knows where.
    accept(trial, &inbox, &server, "first")?;
    let mut peer = server.connect()?;
    for name in names {
        let refused = refuse_one(trial, &inbox, &server, &mut peer, name);
        refused.map_err(|failure| failure.when(format!("the name {}", show(name.as_bytes()))))?;
    }
    // An ordinary header on the same connection, and on another one.
    let again = talk(peer).and_then(|()| server.connect().and_then(talk));
    again.map_err(|failure| {
        or_died(&server, failure).when("an ordinary file, after names that were refused")
    })?;
    inbox.expect_only(&server, &["first", "hello.txt"], "names that were refused")?;
    Ok((inbox, server))
}

/// That the server has died is the better story than that its connection ended.
fn or_died(server: &Server, failure: Failure) -> Failure {
    // It may be dying just now.
    let dead = server.subject.wait(server.deadline().at_most(Duration::from_secs(2))).is_ok();
    match server.expect_alive("this name") {
        Err(died) if dead => died,
        _ => failure,
    }
}

fn refuse_one(
    trial: &Trial,
    inbox: &Inbox,
    server: &Server,
    peer: &mut Peer,
    name: &str,
) -> Result<(), Failure> {
    peer.send(&header(name, 3))?;
    let answer = line(peer).map_err(|failure| or_died(server, failure))?;
    if answer.starts_with(b"error: ") && answer.len() > 8 {
        // Refused, but was it refused before anything was done?
        expect_nothing_outside(trial, inbox)?;
        return inbox.expect_only(server, &["first"], "it was refused");
    }
    if answer == b"ready\n" {
        // What comes of it is the better story.
        peer.send(b"abc")?;
        let _ = line(peer);
        let moment = server.deadline().at_most(Duration::from_millis(300));
        let mut outside = Ok(());
        until(moment, || {
            outside = expect_nothing_outside(trial, inbox);
            outside.is_err()
        });
        outside?;
        let why = format!(
            "it should be refused with a line `error: WHY`, and was taken. The folder holds {:?}",
            inbox.names()
        );
        return Err(Failure::new(why));
    }
    let why = "the answer should be one line `error: WHY`, and the connection go on";
    let failure = Failure::new(why).received(&answer);
    Err(if answer.is_empty() { or_died(server, failure) } else { failure })
}

fn expect_nothing_outside(trial: &Trial, inbox: &Inbox) -> Result<(), Failure> {
    inbox.expect_canary("it was sent")?;
    if trial.path("new file").exists() {
        return Err(Failure::new("a file outside of the folder was made. A name from a peer is no path"));
    }
    Ok(())
}

/// What is said up to a newline, or to the end.
fn line(peer: &mut Peer) -> Result<Vec<u8>, Failure> {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") && line.len() < 4096 {
        match peer.read_some()? {
            bytes if bytes.is_empty() => break,
            bytes => line.extend(bytes),
        }
    }
    Ok(line)
}
