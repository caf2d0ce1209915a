//! Connections: many requests on one, one in many pieces, slow ones, many at once.

use std::time::Duration;

use super::http::Browser;
use super::requests::{HELLO, get, long_head};
use crate::{Deadline, Failure, Peer, Server, Trial, measure_for, proc, until};

/// Three requests with different answers, so that an answer in the wrong place is seen.
const THREE: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\nHEAD /zh HTTP/1.1\r\nHost: x\r\n\r\nGET /zh HTTP/1.1\r\nHost: x\r\n\r\n";

/// One whole right conversation.
pub(super) fn talk(peer: Peer) -> Result<(), Failure> {
    let mut browser = Browser::on(peer);
    let response = browser.ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
    response.expect_status(200)?.expect_body(HELLO)?;
    browser.expect_end()
}

fn expect_three(browser: &mut Browser) -> Result<(), Failure> {
    browser
        .response()
        .and_then(|first| first.expect_status(200)?.expect_body(HELLO))
        .map_err(|failure| failure.when("reply 1"))?;
    browser
        .head_only()
        .and_then(|second| second.expect_status(200))
        .map_err(|failure| failure.when("reply 2, to HEAD"))?;
    let third = browser.response().and_then(|third| third.expect_status(200)?.expect_body("你好,世界"));
    third.map_err(|failure| failure.when("reply 3"))?;
    Ok(())
}

pub(super) fn keep_alive(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    for request in 1..=5 {
        let path = if request % 2 == 0 { "/" } else { "/nowhere" };
        let answered = browser.ask(&get(path));
        let answered =
            answered.and_then(|response| response.expect_status(if request % 2 == 0 { 200 } else { 404 }));
        answered.map_err(|failure| failure.when(format!("request {request} on one connection")))?;
    }
    Ok(())
}

pub(super) fn connection_close(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for path in ["/", "/nowhere"] {
        let mut browser = Browser::open(&server)?;
        let request = get(path).replace("Host: x\r\n", "Host: x\r\nConnection: close\r\n");
        browser.ask(&request)?.expect_header("Connection", "close")?;
        browser.expect_end()?;
    }
    Ok(())
}

pub(super) fn old_version(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    browser.ask("GET / HTTP/1.0\r\n\r\n")?.expect_status(200)?.expect_body(HELLO)?;
    browser.expect_end()?;

    let mut browser = Browser::open(&server)?;
    for _ in 0..2 {
        let response = browser.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        let response = response.map_err(|failure| failure.when("HTTP/1.0 with Connection: keep-alive"))?;
        response.expect_status(200)?.expect_body(HELLO)?;
    }
    Ok(())
}

pub(super) fn pipelining(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    browser.send(THREE.as_bytes())?;
    let answered = expect_three(&mut browser).map_err(|failure| failure.when("three requests in one write"));
    answered.map_err(|failure| failure.sent(THREE.as_bytes()))
}

pub(super) fn pipelining_split(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    for at in 1..THREE.len() {
        let (first, second) = THREE.as_bytes().split_at(at);
        browser.peer.send_pieces([first, second])?;
        expect_three(&mut browser)
            .map_err(|failure| failure.when(format!("three requests, cut after {at} bytes")))?;
    }
    Ok(())
}

/// The first 40 bytes really come one by one; all the others do as far as the kernel likes.
pub(super) fn one_byte_pieces(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    let request = long_head("", 8_000);
    let (slow, fast) = request.as_bytes().split_at(40);
    browser.peer.send_pieces(slow.chunks(1))?;
    for byte in fast.chunks(1) {
        browser.send(byte)?;
    }
    browser.response()?.expect_status(200)?.expect_body(HELLO)?;
    browser.ask(&get("/"))?.expect_status(200).map(drop)
}

/// The tutorial's server reads 1,024 bytes: one more, and it resets the client.
pub(super) fn long_request(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for length in [1024, 1025] {
        for round in 1..=20 {
            let mut browser = Browser::open(&server)?;
            let request = long_head("Connection: close\r\n", length);
            browser.send(request.as_bytes())?;
            let _ = browser.peer.wait_until_read();
            let answered =
                browser.response().and_then(|response| response.expect_status(200)?.expect_body(HELLO));
            let ended = answered.and_then(|_| browser.expect_end());
            ended.map_err(|failure| {
                failure.when(format!("round {round}, a request of {} bytes", request.len()))
            })?;
        }
    }
    Ok(())
}

/// Half a head, half a body, and a drop now and then: none of them may take longer than the request's time.
pub(super) fn timeout(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--timeout", "1"])?;
    let half_body = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf";
    for request in ["GET / HT", half_body] {
        let mut browser = Browser::open(&server)?;
        browser.send(request.as_bytes())?;
        expect_408(browser).map_err(|failure| failure.sent(request.as_bytes()))?;
    }
    let mut browser = Browser::open(&server)?;
    browser.send(b"GET / HTTP/1.1\r\nA: ")?;
    for _ in 0..30 {
        // The server answers meanwhile, as it should. Who sends on after that can lose the reply to a reset.
        if until(Deadline::after(Duration::from_millis(100)), || browser.peer.has_something())
            || browser.send(b"a").is_err()
        {
            break;
        }
    }
    browser.peer = browser.peer.until(Deadline::after(Duration::from_millis(500)));
    let response =
        browser.response().map_err(|failure| failure.when("a byte every 0.1 s for 3 s, with --timeout 1"))?;
    response.expect_status(408).map(drop)
}

fn expect_408(mut browser: Browser) -> Result<(), Failure> {
    let response =
        browser.response().map_err(|failure| failure.when("no complete request within --timeout 1"))?;
    response.expect_status(408)?.expect_header("Connection", "close")?;
    browser.expect_end()
}

pub(super) fn idle_between_requests(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--timeout", "1"])?;
    let mut browser = Browser::open(&server)?;
    browser.ask(&get("/"))?.expect_status(200)?;
    browser.expect_end().map_err(|failure| failure.when("idle after a reply, with --timeout 1"))?;
    let mut silent = server.connect()?;
    silent.expect_hang_up().map_err(|failure| failure.when("never a byte, with --timeout 1"))
}

pub(super) fn silent_clients(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut silent = Vec::new();
    for number in 0..20 {
        let mut peer = server.connect()?;
        if number % 2 == 0 {
            peer.send(b"GET / HTTP/1.1\r\n")?;
        }
        silent.push(peer);
    }
    let peer = server.connect()?.until(server.deadline().shortly());
    talk(peer).map_err(|failure| failure.when("a client beside twenty that say nothing"))
}

/// A hundred connections where 64 descriptors are all there are.
pub(super) fn more_clients_than_descriptors(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    server.subject.limit_descriptors(64)?;
    let crowd = connect_many(&server, 100);
    let before = server.subject.cpu_time();
    measure_for(Duration::from_millis(400));
    server.expect_alive("a hundred clients had come and it may have 64 descriptors")?;
    let used = server.subject.cpu_time().saturating_sub(before);
    if used > Duration::from_millis(100) {
        let failure = Failure::new(format!(
            "without a free descriptor the server used {} ms of CPU in 400 ms",
            used.as_millis()
        ));
        return Err(failure.facts(proc::doing(server.subject.pid())));
    }
    drop(crowd);
    server.connect().and_then(talk).map_err(|failure| failure.when("a client after a hundred have left"))
}

/// As many as the server's queue takes: the kernel lets the others hang, which is not what is looked at here.
fn connect_many(server: &Server, count: usize) -> Vec<Peer> {
    let quickly = || Deadline::after(Duration::from_millis(300));
    (0..count).map_while(|_| Peer::connect(server.addr, quickly()).ok()).collect()
}
