//! keepalive: many requests on one connection.

use crate::adversary::in_every_split;
use crate::lessons::common;
use crate::lessons::lesson2::http::{Browser, Response};
use crate::lessons::lesson2::requests::get;
use crate::{Check, Failure, Peer, Random, Suite, Trial};

pub(super) static KEEPALIVE: Suite = Suite {
    name: "keepalive",
    about: "A web server that answers many requests on one connection",
    checks: &[
        Check {
            name: "answer",
            points: 1,
            means: "An answer is a status line, headers, a blank line and as many bytes as Content-Length says.",
            run: |trial| trial.serve(&[])?.connect().and_then(talk),
        },
        Check {
            name: "second-request",
            points: 1,
            means: "HTTP/1.1 keeps the connection: the client asks again on it.",
            run: second_request,
        },
        Check {
            name: "three-at-once",
            points: 2,
            means: "A client may send three requests before it reads an answer, and one read may bring all of them.",
            run: three_at_once,
        },
        Check {
            name: "one-and-a-half",
            points: 2,
            means: "The next request may begin in the same read in which one ends. Keep what is not used yet.",
            run: one_and_a_half,
        },
        Check {
            name: "every-split",
            points: 2,
            means: "The same bytes have the same answers, wherever the network cuts them.",
            run: every_split,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "Browsers close connections all the time. That ends one conversation, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b"GET / HTTP/1.1\r\n\r\nGET"),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor; every way out of the conversation must close it.",
            run: |trial| common::descriptors_return(trial, talk, b"GET / HTTP/1.1\r\n\r\nGET"),
        },
    ],
};

/// One whole right conversation.
fn talk(peer: Peer) -> Result<(), Failure> {
    let mut browser = Browser::on(peer);
    browser.send(get("/anna").as_bytes())?;
    expect_answer(&mut browser, "/anna")?;
    browser.peer.half_close();
    browser.expect_end()
}

fn body(path: &str) -> String {
    format!("you asked for {path}\n")
}

fn expect_answer(browser: &mut Browser, path: &str) -> Result<Response, Failure> {
    browser.response()?.expect_status(200)?.expect_body(&body(path))
}

/// Three paths of different lengths, so that an answer in the wrong place is seen.
fn three(random: &mut Random) -> [String; 3] {
    [3, 8, 5].map(|length| format!("/{}", random.word(length)))
}

fn requests(paths: &[String]) -> String {
    paths.iter().map(|path| get(path)).collect()
}

fn second_request(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    for number in 1..=5 {
        let path = format!("/{}", trial.random.word(number * 2));
        let asked = browser.send(get(&path).as_bytes());
        let answered = asked.and_then(|()| expect_answer(&mut browser, &path));
        answered.map_err(|failure| {
            let circumstances = if number == 2 && browser.peer.is_hung_up() {
                "one request and no more was answered on a connection that the client has not ended"
                    .to_owned()
            } else {
                format!("request {number} on one connection")
            };
            failure.when(circumstances)
        })?;
    }
    Ok(())
}

/// The client ends its direction behind them: a program that has had enough says so by closing.
fn three_at_once(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let paths = three(&mut trial.random);
    let mut browser = Browser::open(&server)?;
    browser.send(requests(&paths).as_bytes())?;
    browser.peer.half_close();
    let mut bodies = Vec::new();
    while bodies.len() < 3 && !browser.is_over()? {
        bodies.push(browser.response()?.expect_status(200)?.body);
    }
    let expected: Vec<Vec<u8>> = paths.iter().map(|path| body(path).into_bytes()).collect();
    if bodies == expected {
        return browser.expect_end();
    }
    let mut sorted = [bodies.clone(), expected.clone()];
    sorted.iter_mut().for_each(|bodies| bodies.sort());
    let why = if bodies.len() < 3 {
        format!(
            "three requests in one write have {} of three answers: one read can bring several requests, and one answer per read \
             is not enough",
            bodies.len()
        )
    } else if sorted[0] == sorted[1] {
        "the answers to three requests come in another order: the client takes the first one for that to its first request"
            .to_owned()
    } else {
        "the answers to three requests are not the expected ones".to_owned()
    };
    let failure = Failure::new(why).sent(requests(&paths).as_bytes());
    Err(failure.compared(&bodies.concat(), &expected.concat()))
}

/// The second request begins in the read that brings the first one, and ends in the next.
fn one_and_a_half(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let [first, second, _] = three(&mut trial.random);
    let both = requests(&[first.clone(), second.clone()]);
    // Behind `GET /`, so that the rest is no request for the same path.
    let cut = get(&first).len() + trial.random.between(5, get(&second).len() - 1);
    let circumstances =
        format!("two requests, cut {} bytes behind the end of the first", cut - get(&first).len());
    let mut browser = Browser::open(&server)?;
    browser.send(&both.as_bytes()[..cut])?;
    expect_answer(&mut browser, &first).map_err(|failure| failure.when(&circumstances))?;
    browser.send(&both.as_bytes()[cut..])?;
    browser.peer.half_close();
    let answered = if browser.is_over()? {
        Err(Failure::new("the second one has no answer"))
    } else {
        expect_answer(&mut browser, &second)
    };
    answered.map_err(|failure| {
        let circumstances = format!(
            "{circumstances}: what had come with the first one was lost, or taken for a request of its own"
        );
        failure.when(circumstances).sent(both.as_bytes())
    })?;
    browser.expect_end()
}

fn every_split(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let paths = three(&mut trial.random);
    in_every_split(requests(&paths).as_bytes(), &mut trial.random, |pieces| {
        let mut browser = Browser::open(&server)?;
        browser.peer.send_pieces(pieces.iter().copied())?;
        for (number, path) in (1..).zip(&paths) {
            expect_answer(&mut browser, path)
                .map_err(|failure| failure.when(format!("answer {number} of three")))?;
        }
        Ok(())
    })
}
