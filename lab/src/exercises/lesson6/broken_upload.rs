//! broken-upload: a file whole or not at all.

use std::time::Duration;

use super::upload::{announce, confirmation, talk, upload};
use crate::lessons::common::{clients_that_leave, expect_idle, settled};
use crate::lessons::lesson6::uploads::{Inbox, header, open, prepare};
use crate::{Check, Failure, Server, Suite, Trial, proc, until};

pub(super) static BROKEN_UPLOAD: Suite = Suite {
    name: "broken-upload",
    about: "A server that takes files whole or not at all",
    checks: &[
        Check {
            name: "file",
            points: 1,
            means: "What has come whole gets its name, in the place of what had that name before.",
            run: file,
        },
        Check {
            name: "old-file-stays",
            points: 2,
            means: "Who opens the file meanwhile should find the old one or the new one, never a half.",
            run: old_file_stays,
        },
        Check {
            name: "end-of-input",
            points: 2,
            means: "recv says with 0 that no more will ever come, and says it again at once each time it is asked.",
            run: end_of_input,
        },
        Check {
            name: "nothing-stays",
            points: 3,
            means: "A client can go at every byte, politely or with a reset. Each way out has to clean up.",
            run: nothing_stays,
        },
        Check {
            name: "next-client",
            points: 2,
            means: "A client's trouble ends the conversation with that client, never the server.",
            run: next_client,
        },
    ],
};

fn file(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let mut peer = server.connect()?;
    for size in [9000, 100, 0] {
        let content = trial.random.bytes(size);
        upload(&mut peer, "file", &content)?;
        inbox.expect("file", &content)?;
    }
    peer.half_close();
    peer.expect_eof()?;
    inbox.expect_only(&server, &["file"], "one name was uploaded three times")
}

fn old_file_stays(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let (old, new) = (trial.random.bytes(9000), trial.random.bytes(4000));
    inbox.put("file", &old)?;
    let mut peer = server.connect()?;
    announce(&mut peer, "file", new.len())?;
    peer.send(&new[..1000])?;
    let _ = peer.wait_until_read();
    let kept = inbox.expect("file", &old);
    kept.map_err(|_| {
        let now = inbox.read("file").unwrap_or_default();
        let why = "1000 of the 4000 bytes of a new file have come, and the old file of that name is no longer what it was \
                   before the new one is whole";
        Failure::new(why).compared(&now, &old)
    })?;
    peer.send(&new[1000..])?;
    peer.expect(&confirmation(&new))?;
    inbox.expect("file", &new)?;
    inbox.expect_only(&server, &["file"], "a file was replaced")
}

/// The client sends no more, but stays: the server must notice, not ask for ever.
fn end_of_input(trial: &mut Trial) -> Result<(), Failure> {
    const WHEN: &str = "the input ended in the middle of a file";
    let (inbox, server) = open(trial, &[])?;
    let content = trial.random.bytes(5000);
    for count in [0, 2500, 4999] {
        let mut peer = server.connect()?;
        announce(&mut peer, "file", content.len())?;
        peer.send(&content[..count])?;
        peer.half_close();
        let gone = until(server.deadline().at_most(Duration::from_secs(2)), || {
            // What it says before is looked at below.
            peer.has_something() || !server.subject.is_alive()
        });
        if !gone {
            let again = "recv says 0 there, again and again, and the server goes on to ask";
            expect_idle(&server, WHEN).map_err(|failure| failure.when(again))?;
        }
        let answer = peer.read_to_end(1000).map_err(|failure| failure.when(WHEN))?;
        if answer.starts_with(b"ok") {
            return Err(
                Failure::new(format!("{WHEN}, and the file was confirmed all the same")).received(&answer)
            );
        }
        expect_unharmed(&inbox, &server, &[], WHEN, &content)?;
    }
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "a broken upload"))
}

/// Where in its conversation a client goes: behind so many bytes of `file|10000`, a newline and the content.
const PLACES: [(&str, usize); 5] = [
    ("in the header", 4),
    ("after `ready`", HEADER),
    ("behind the first byte", HEADER + 1),
    ("in the middle of the file", HEADER + 5000),
    ("one byte before the end", HEADER + 9_999),
];
const HEADER: usize = 11;

fn nothing_stays(trial: &mut Trial) -> Result<(), Failure> {
    let (inbox, server) = open(trial, &[])?;
    let base = settled(&server, talk)?.len();
    // A connection that is closed has been dealt with.
    let open_now = || proc::descriptors(server.subject.pid()).map_or(0, |open| open.len());
    let content = trial.random.bytes(10_000);
    let stream = [&header("file", content.len())[..], &content].concat();
    for resets in [false, true] {
        for (place, position) in PLACES {
            let how = if resets { "resets" } else { "closes" };
            let step = format!("a client that {how} {place}");
            let left = leave(&server, &stream, position, resets);
            left.map_err(|failure| server.blame(failure, &step))?;
            // The next client's file may get the temporary name of this one: look before that.
            until(server.deadline().at_most(Duration::from_secs(2)), || open_now() <= base);
            expect_unharmed(&inbox, &server, &["hello.txt"], &step, &content)?;
            server.connect().and_then(talk).map_err(|failure| server.blame(failure, &step))?;
        }
    }
    Ok(())
}

fn leave(server: &Server, stream: &[u8], position: usize, resets: bool) -> Result<(), Failure> {
    let head = position.min(HEADER);
    let mut peer = server.connect()?;
    peer.send(&stream[..head])?;
    if head == HEADER {
        peer.expect(b"ready\n")?;
    }
    peer.send(&stream[head..position])?;
    let _ = peer.wait_until_read();
    if resets {
        peer.reset();
    }
    Ok(())
}

/// Soon only the files of these names are there; what was broken off is not, whatever its name.
fn expect_unharmed(
    inbox: &Inbox,
    server: &Server,
    names: &[&str],
    when: &str,
    content: &[u8],
) -> Result<(), Failure> {
    let mut names = names.to_vec();
    // A server that cleans up at last may do so a moment later.
    let clean = until(server.deadline().at_most(Duration::from_secs(3)), || inbox.names() == names);
    if clean {
        return Ok(());
    }
    for name in inbox.names() {
        let found = inbox.read(&name).unwrap_or_default();
        if names.contains(&name.as_str()) || !content.starts_with(&found) {
            continue;
        }
        let size = found.len();
        let why = match name.as_str() {
            "file" => format!(
                "a partial file, {size} of {} bytes, has got the name of the whole one",
                content.len()
            ),
            _ => format!(
                "the temporary file `{name}` was left in the folder, with {size} of {} bytes",
                content.len()
            ),
        };
        return Err(server.subject.explain(Failure::new(why).when(when)));
    }
    names.sort_unstable();
    inbox.expect_only(server, &names, when)
}

fn next_client(trial: &mut Trial) -> Result<(), Failure> {
    prepare(trial)?;
    let request = [header("file", 100), trial.random.bytes(30)].concat();
    clients_that_leave(trial, talk, &request)
}
