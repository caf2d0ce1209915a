//! hello: one sentence that always arrives.

use crate::adversary::in_every_split;
use crate::lessons::common;
use crate::lessons::lesson2::http::Browser;
use crate::lessons::lesson2::requests::{get, long_head};
use crate::{Check, Failure, Peer, Suite, Trial};

const BODY: &str = "你好,世界\n";

pub(super) static HELLO: Suite = Suite {
    name: "hello",
    about: "A web server for one sentence, whose answer always arrives",
    checks: &[
        Check {
            name: "answer",
            points: 1,
            means: "An answer is a status line, headers, a blank line and a body; each line of the head ends with \\r\\n.",
            run: answer,
        },
        Check {
            name: "content-length",
            points: 2,
            means: "Content-Length counts bytes. A Chinese character has three of them in UTF-8.",
            run: content_length,
        },
        Check {
            name: "pieces",
            points: 2,
            means: "A read gives what is there just now. The request has ended when its blank line has come, however many \
                    reads that takes.",
            run: pieces,
        },
        Check {
            name: "every-split",
            points: 1,
            means: "The network may cut a request anywhere, between \\r and \\n too.",
            run: every_split,
        },
        Check {
            name: "never-resets",
            points: 3,
            means: "Bytes that lie unread turn a close into a reset, and the answer may be lost. Hear the client out first.",
            run: never_resets,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "Browsers close connections all the time. That ends one conversation, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b"GET / HTTP/1.1\r\n"),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor; every way out of the conversation must close it.",
            run: |trial| common::descriptors_return(trial, talk, b"GET / HTTP/1.1\r\n"),
        },
    ],
};

/// One whole right conversation.
fn talk(peer: Peer) -> Result<(), Failure> {
    let mut browser = Browser::on(peer);
    browser.ask(&get("/"))?.expect_status(200)?.expect_body(BODY)?;
    browser.expect_end()
}

/// The answer with the body and the end that it must have.
fn expect_answer(mut browser: Browser) -> Result<(), Failure> {
    browser.response()?.expect_status(200)?.expect_body(BODY)?;
    browser.expect_end()
}

fn answer(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    let path = trial.random.word(10);
    browser.send(get(&format!("/{path}")).as_bytes())?;
    let response = browser.head_only()?.expect_status(200)?;
    let response = response.expect_header("Content-Type", "text/plain; charset=utf-8")?;
    response.expect_header("Connection", "close")?;
    Ok(())
}

fn content_length(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    browser.send(get("/").as_bytes())?;
    let head = browser.head_only()?;
    let promised = head.header("content-length").map(str::to_owned);
    let body = browser.rest()?;
    if body != BODY.as_bytes() {
        return Err(Failure::new("the body is not the expected one").compared(&body, BODY.as_bytes()));
    }
    let promised = promised.ok_or_else(|| Failure::new("the answer has no Content-Length"))?;
    if promised == body.len().to_string() {
        return Ok(());
    }
    let what = if promised == BODY.chars().count().to_string() {
        "it counts characters, and the client reads bytes: it would show the beginning only"
    } else {
        "the client reads as many bytes as it says"
    };
    let why = format!("Content-Length is {promised}, but the body has {} bytes: {what}", body.len());
    Err(Failure::new(why).received(&body))
}

/// The first 40 bytes really come one by one; the others do as far as the kernel likes.
fn pieces(trial: &mut Trial) -> Result<(), Failure> {
    const LENGTH: usize = 8_000;
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    let request = long_head("", LENGTH);
    let (first, last) = request.as_bytes().split_at(LENGTH - 1);
    let (slow, fast) = first.split_at(40);
    let mut sent = browser.peer.send_pieces(slow.chunks(1));
    for byte in fast.chunks(1) {
        sent = sent.and_then(|()| browser.send(byte));
    }
    let _ = browser.peer.wait_until_read();
    if sent.is_err() || browser.peer.has_something() {
        let why = format!(
            "it answered or hung up before the blank line had come: the request was sent in {LENGTH} pieces of one byte, without \
             its last one"
        );
        return Err(Failure::new(why).received(&browser.peer.already_there()));
    }
    browser.send(last)?;
    expect_answer(browser).map_err(|failure| {
        failure.when(format!("no answer as it should be to a request of {LENGTH} pieces of one byte"))
    })
}

fn every_split(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let request = get(&format!("/{}", trial.random.word(6)));
    in_every_split(request.as_bytes(), &mut trial.random, |pieces| {
        let mut browser = Browser::open(&server)?;
        browser.peer.send_pieces(pieces.iter().copied())?;
        expect_answer(browser)
    })
}

/// Long heads, and bodies that nobody asked for. What comes too late for the program's eyes must not be lost either.
fn never_resets(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for round in 1..=50 {
        let length = trial.random.between(1_100, 8_000);
        let body = if round % 2 == 0 { trial.random.between(10_000, 50_000) } else { 0 };
        let request = [long_head(&format!("Content-Length: {body}\r\n"), length), "x".repeat(body)].concat();
        let mut browser = Browser::open(&server)?;
        let sent = browser.send(request.as_bytes());
        // Not before the server is done: a reset would have overtaken the answer then.
        let _ = browser.peer.wait_until_read();
        let answered = sent.and_then(|()| expect_answer(browser));
        answered.map_err(|failure| {
            failure.when(format!("round {round} of 50, {length} bytes of head and {body} of body"))
        })?;
    }
    Ok(())
}
