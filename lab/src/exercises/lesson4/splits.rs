//! splits: the answers depend on the bytes, not on the pieces in which they come.

use super::RECORDED;
use crate::adversary::in_every_split;
use crate::{Check, Failure, Server, Suite, Trial};

pub(super) static SPLITS: Suite = Suite {
    name: "splits",
    about: "A telephone robot whose answers do not depend on how TCP cuts the bytes",
    checks: &[
        Check {
            name: "one-by-one",
            points: 1,
            means: "The easy case: each message comes alone and whole, as when a person types.",
            run: one_by_one,
        },
        Check {
            name: "every-split",
            points: 3,
            means: "A receive may return half a message, or two. TCP keeps bytes, not messages.",
            run: every_split,
        },
        Check {
            name: "one-send",
            points: 1,
            means: "What was read ahead of a message belongs to the next one. It must be kept.",
            run: one_send,
        },
        Check {
            name: "long-talk",
            points: 2,
            means: "A cut may be inside of \\r\\n or of a character: take the message together first, then decode it.",
            run: long_talk,
        },
        Check {
            name: "unfinished",
            points: 1,
            means: "What has no newline at the end of the call is a message that was broken off.",
            run: unfinished,
        },
    ],
};

/// The answers to these messages, up to `exit`.
fn answers(messages: &[&str]) -> String {
    let before_exit = messages.iter().take_while(|message| **message != "exit");
    before_exit
        .map(|message| match *message {
            "0" => format!("{RECORDED}\n"),
            other => format!("请重新输入: {other}\n"),
        })
        .collect()
}

/// A call in these pieces; then the end of it.
fn call(server: &Server, pieces: &[&[u8]], expected: &str) -> Result<(), Failure> {
    let mut peer = server.connect()?;
    let sent = peer.send_pieces(pieces.iter().copied());
    // One that has hung up early has still said something, and that says more.
    let heard = peer.expect_all(expected.as_bytes());
    heard.and(sent)
}

fn one_by_one(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for _ in 0..2 {
        let mut peer = server.connect()?;
        let word = trial.random.word(6);
        for message in ["0", &word, "你好", "0"] {
            peer.send(format!("{message}\n").as_bytes())?;
            peer.expect(answers(&[message]).as_bytes())?;
        }
        peer.send(b"exit\n")?;
        peer.expect_eof()?;
    }
    Ok(())
}

/// Seven bytes can be cut in 64 ways: all of them, those with few cuts first.
fn every_split(trial: &mut Trial) -> Result<(), Failure> {
    const BYTES: &[u8] = b"0\nexit\n";
    let server = trial.serve(&[])?;
    let mut ways: Vec<u32> = (0..1 << (BYTES.len() - 1)).collect();
    ways.sort_by_key(|way| way.count_ones());
    for way in ways {
        let cuts: Vec<usize> = (1..BYTES.len()).filter(|cut| way & (1 << (cut - 1)) != 0).collect();
        let mut pieces = Vec::new();
        let mut start = 0;
        for &end in cuts.iter().chain([&BYTES.len()]) {
            pieces.push(&BYTES[start..end]);
            start = end;
        }
        call(&server, &pieces, &answers(&["0", "exit"])).map_err(|failure| match cuts[..] {
            [] => failure.when("everything in one piece"),
            [cut] => failure.when(format!("passes whole, fails when cut after byte {cut}")),
            _ => failure.when(format!("passes with fewer cuts, fails when cut after bytes {cuts:?}")),
        })?;
    }
    Ok(())
}

fn one_send(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut messages: Vec<String> =
        (0..50).map(|number| format!("{number} {}", trial.random.word(5))).collect();
    messages.push("exit".to_owned());
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let all = messages.join("\n") + "\n";
    let mut peer = server.connect()?;
    peer.send(all.as_bytes())?;
    let first = answers(&messages[..1]);
    peer.expect(first.as_bytes()).map_err(|failure| failure.when("fifty messages in one send"))?;
    let rest = peer.expect_all(answers(&messages[1..]).as_bytes());
    rest.map_err(|failure| failure.when("fifty messages in one send: not only the first one has an answer"))
}

fn long_talk(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let chinese = format!("你好{}", trial.random.word(3));
    let messages = ["0", &chinese, "", "0exit", "exit"];
    let bytes = format!("0\r\n{chinese}\n\r\n0exit\nexit\r\n");
    let expected = answers(&messages);
    in_every_split(bytes.as_bytes(), &mut trial.random, |pieces| call(&server, pieces, &expected))
}

fn unfinished(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for tail in ["0", "exi", "你好"] {
        let mut peer = server.connect()?;
        peer.send(format!("0\n{tail}").as_bytes())?;
        peer.half_close();
        let when = format!("the caller hung up behind `{tail}`: without a newline it was never a message");
        peer.expect_all(answers(&["0"]).as_bytes()).map_err(|failure| failure.when(when))?;
    }
    call(&server, &[b"exit\n"], "").map_err(|failure| failure.when("the next caller"))
}
