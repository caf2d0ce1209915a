//! Single requests: what each is answered with.

use super::http::{Browser, Response};
use crate::{Failure, Server, Trial};

pub(super) const HELLO: &str = "Hello, World";
const CHINESE: &str = "你好,世界";
/// The most a body may have.
const LARGEST_BODY: usize = 1 << 20;

pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
}

/// One question on a connection of its own.
fn ask(server: &Server, request: &str) -> Result<Response, Failure> {
    Browser::open(server)?.ask(request)
}

/// A request that is refused, after which the connection ends; the reply says so.
fn expect_refused(server: &Server, request: &[u8], status: u16) -> Result<(), Failure> {
    let mut browser = Browser::open(server)?;
    browser.send(request)?;
    let refused = browser.response().and_then(|response| {
        let closes = response.closes();
        response.expect_status(status)?;
        if !closes {
            return Err(Failure::new(format!(
                "after {status} the connection ends: the reply must say `Connection: close`"
            )));
        }
        browser.expect_end()
    });
    refused.map_err(|failure| failure.sent(request))
}

pub(super) fn hello(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let response = ask(&server, &get("/"))?.expect_status(200)?.expect_body(HELLO)?;
    response.expect_header("Content-Type", "text/plain; charset=utf-8").map(drop)
}

pub(super) fn chinese(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    let response = browser.ask(&get("/zh"))?.expect_status(200)?;
    let response = response.expect_header("Content-Length", &CHINESE.len().to_string())?;
    response.expect_header("Content-Type", "text/plain; charset=utf-8")?.expect_body(CHINESE)?;
    // What was left over of the body would stand before this reply.
    browser.ask(&get("/"))?.expect_status(200)?.expect_body(HELLO).map(drop)
}

pub(super) fn targets(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let query = trial.random.word(20);
    for (target, body) in [
        (format!("/?{query}"), HELLO),
        (format!("/zh?q={query}"), CHINESE),
        (format!("http://{}/zh", server.addr), CHINESE),
    ] {
        ask(&server, &get(&target))?.expect_status(200)?.expect_body(body)?;
    }
    Ok(())
}

pub(super) fn head(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    for path in ["/", "/zh"] {
        let whole = browser.ask(&get(path))?.expect_status(200)?;
        let head = browser.ask(&get(path).replacen("GET", "HEAD", 1))?.expect_status(200)?;
        if head.headers != whole.headers {
            let show = |response: &Response| format!("{:?}", response.headers).into_bytes();
            return Err(
                Failure::new("HEAD must have the headers of GET").compared(&show(&head), &show(&whole))
            );
        }
    }
    // A body that came after all would be taken for the beginning of this reply.
    browser.ask(&get("/"))?.expect_status(200)?.expect_body(HELLO).map(drop)
}

pub(super) fn not_found(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let path = format!("/{}", trial.random.word(10));
    for request in [get(&path), get("/zh/"), get(&path).replacen("GET", "DELETE", 1)] {
        ask(&server, &request)?.expect_status(404)?;
    }
    Ok(())
}

pub(super) fn method(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for method in ["DELETE", "PUT", "POST", "OPTIONS"] {
        let response = ask(&server, &get("/").replacen("GET", method, 1))?;
        response.expect_status(405)?.expect_header("Allow", "GET, HEAD")?;
    }
    Ok(())
}

pub(super) fn malformed(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let requests: [&[u8]; 6] = [
        b"hello\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nbad name: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    ];
    requests.iter().try_for_each(|request| expect_refused(&server, request, 400))
}

pub(super) fn host(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    expect_refused(&server, b"GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", 400)
}

pub(super) fn version(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for version in ["HTTP/2.0", "HTTP/0.9", "HTTP/3.0"] {
        expect_refused(&server, get("/").replace("HTTP/1.1", version).as_bytes(), 505)?;
    }
    Ok(())
}

/// A request whose head has this many bytes, with `headers` in it.
pub(crate) fn long_head(headers: &str, length: usize) -> String {
    let frame = format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}A: ");
    let filling = "a".repeat(length - frame.len() - "\r\n\r\n".len());
    format!("{frame}{filling}\r\n\r\n")
}

pub(super) fn head_limit(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let with_headers = |count: usize| {
        let others: String = (1..count).map(|number| format!("A{number}: 1\r\n")).collect();
        format!("GET / HTTP/1.1\r\nHost: x\r\n{others}\r\n")
    };
    for request in [long_head("", 8_180), with_headers(100)] {
        ask(&server, &request)?.expect_status(200)?.expect_body(HELLO)?;
    }
    for request in [long_head("", 8_200), long_head("", 60_000), with_headers(101)] {
        expect_refused(&server, request.as_bytes(), 431)?;
    }
    Ok(())
}

pub(super) fn body(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    for (method, length, status) in
        [("POST", 5, 405), ("GET", 1000, 200), ("POST", LARGEST_BODY, 405), ("PUT", 0, 405)]
    {
        let head = format!("{method} / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
        browser.send(head.as_bytes())?;
        browser.send(&vec![b'G'; length])?;
        let answered = browser.response().and_then(|response| response.expect_status(status));
        answered.map_err(|failure| failure.when(format!("a {method} with {length} bytes of body")))?;
    }
    let next = browser.ask(&get("/")).and_then(|response| response.expect_status(200));
    next.map_err(|failure| failure.when("the request behind a body"))?;
    Ok(())
}

pub(super) fn body_limit(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for length in [(LARGEST_BODY + 1).to_string(), "99999999999999999999999".into()] {
        let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
        expect_refused(&server, head.as_bytes(), 413)?;
    }
    Ok(())
}

pub(super) fn lengths(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for (lines, status) in [
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        ("Content-Length: +5\r\n", 400),
        ("Content-Length: -1\r\n", 400),
        ("Content-Length: 0x10\r\n", 400),
        ("Transfer-Encoding: chunked\r\n", 411),
    ] {
        let request = format!("POST / HTTP/1.1\r\nHost: x\r\n{lines}\r\n");
        expect_refused(&server, request.as_bytes(), status)?;
    }
    Ok(())
}

pub(super) fn expect_continue(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    browser.send(head.as_bytes())?;
    browser.head_only()?.expect_status(100)?;
    browser.send(b"hello")?;
    browser.response()?.expect_status(405)?;
    browser.ask(&get("/"))?.expect_status(200)?.expect_body(HELLO).map(drop)
}

pub(super) fn empty_lines(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut browser = Browser::open(&server)?;
    browser.ask(&format!("\r\n\r\n{}", get("/")))?.expect_status(200)?;
    browser.ask(&format!("\r\n{}", get("/")))?.expect_status(200)?.expect_body(HELLO).map(drop)
}
