//! # The head of a request
//!
//! You will learn: what a server has to know of a request before it can answer, and where guessing
//! is dangerous. The parser finds the words; this decides what they mean.
//! Run it: as part of `cargo run --bin lesson2 server`.
//! Python: `http.server.BaseHTTPRequestHandler.parse_request`.
//! Try: `printf 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n' | nc 127.0.0.1 8080`

use std::mem::MaybeUninit;

use httparse::{Error, Header, Status};

use super::http::{Page, page};

/// The longest request line and headers together, in bytes.
pub const HEAD_LIMIT: usize = 8 * 1024;

/// The most header lines.
const HEADERS_LIMIT: usize = 100;

/// The longest body that is read, in bytes. It is thrown away, never kept.
const BODY_LIMIT: u64 = 1024 * 1024;

/// What a reply depends on. Nothing of it is copied: the page is ours, the rest are choices.
pub struct Request {
    pub page: Option<&'static Page>,
    pub method: Method,
    pub keep_alive: bool,
    pub is_http_1_0: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Other,
}

/// Why a request cannot be answered; the connection ends with it.
pub struct Refusal(pub &'static str, pub &'static str);

/// What follows a head.
pub struct Body {
    pub length: u64,
    pub wants_to_be_asked: bool,
}

/// The next complete head, cut off from the front of `input`; `None` when more bytes are needed.
pub fn next_head(input: &mut &[u8]) -> Result<Option<(Request, Body)>, Refusal> {
    // A client may send empty lines between requests (RFC 9112, section 2.2).
    while let [b'\r' | b'\n', rest @ ..] = input {
        *input = rest;
    }
    // Room for the most headers there may be, 3 KiB: the parser writes those that there are.
    let mut room = [const { MaybeUninit::uninit() }; HEADERS_LIMIT];
    let mut parsed = httparse::Request::new(&mut []);
    let length = match parsed.parse_with_uninit_headers(input, &mut room) {
        Ok(Status::Complete(length)) if length <= HEAD_LIMIT => length,
        Ok(Status::Partial) if input.len() <= HEAD_LIMIT => return Ok(None),
        // Half a line is not judged: `HTTP/2` may become `HTTP/2.0`, which is another mistake.
        Err(_) if input.len() <= HEAD_LIMIT && !input.contains(&b'\n') => return Ok(None),
        Ok(_) | Err(Error::TooManyHeaders) => {
            return Err(Refusal(
                "431 Request Header Fields Too Large",
                "the head is over 8 KiB or 100 lines\n",
            ));
        }
        Err(Error::Version) => return Err(wrong_version(input)),
        Err(_) => return Err(malformed("this is not HTTP\n")),
    };
    let is_http_1_0 = parsed.version == Some(0);
    let headers = Headers::of(parsed.headers);
    if headers.hosts > 1 || (headers.hosts == 0 && !is_http_1_0) {
        return Err(malformed("HTTP/1.1 needs one Host header\n"));
    }
    let body = Body { length: headers.length_of_body()?, wants_to_be_asked: headers.wants_to_be_asked };
    let target = parsed.path.unwrap_or_default();
    let request = Request {
        // Nearly always the target is the path.
        page: page(target).or_else(|| page(path_of(target))),
        method: match parsed.method {
            Some("GET") => Method::Get,
            Some("HEAD") => Method::Head,
            _ => Method::Other,
        },
        keep_alive: if is_http_1_0 { headers.says_keep_alive } else { !headers.says_close },
        is_http_1_0,
    };
    *input = &input[length..];
    Ok(Some((request, body)))
}

/// What the headers say that matters here, found in one pass.
#[derive(Default)]
struct Headers<'h> {
    hosts: usize,
    length: Option<&'h [u8]>,
    has_other_length: bool,
    is_chunked: bool,
    wants_to_be_asked: bool,
    says_close: bool,
    says_keep_alive: bool,
}

impl<'h> Headers<'h> {
    fn of(headers: &[Header<'h>]) -> Self {
        let mut found = Headers::default();
        for Header { name, value } in headers {
            if is(name, "host") {
                found.hosts += 1;
            } else if is(name, "connection") {
                for option in value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
                    found.says_close |= option.eq_ignore_ascii_case(b"close");
                    found.says_keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            } else if is(name, "content-length") {
                found.has_other_length |= found.length.is_some_and(|first| first != *value);
                found.length.get_or_insert(value);
            } else if is(name, "transfer-encoding") {
                found.is_chunked = true;
            } else if is(name, "expect") {
                found.wants_to_be_asked |= value.eq_ignore_ascii_case(b"100-continue");
            }
        }
        found
    }

    /// Where two answers are possible nobody may guess: that is how one request is smuggled inside
    /// another.
    fn length_of_body(&self) -> Result<u64, Refusal> {
        match self.length {
            None if self.is_chunked => Err(Refusal("411 Length Required", "send a Content-Length\n")),
            None => Ok(0),
            Some(_) if self.is_chunked => Err(malformed("two ways to say the body's length\n")),
            Some(_) if self.has_other_length => Err(malformed("two different lengths of the body\n")),
            Some(length) => decimal(length),
        }
    }
}

fn decimal(digits: &[u8]) -> Result<u64, Refusal> {
    let text = std::str::from_utf8(digits).unwrap_or_default();
    if text.is_empty() || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(malformed("the length is no number\n"));
    }
    // All digits and still no u64: a number far over the limit.
    match text.parse() {
        Ok(length) if length <= BODY_LIMIT => Ok(length),
        _ => Err(Refusal("413 Content Too Large", "the body is over 1 MiB\n")),
    }
}

/// The path of a target like `/zh?x=1` or, as proxies are asked, `http://host/zh`.
fn path_of(target: &str) -> &str {
    let path = match target.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => target,
    };
    path.split_once('?').map_or(path, |(path, _)| path)
}

/// `GET / HTTP/2.0` is HTTP of a version we do not speak; anything else is no HTTP at all.
fn wrong_version(input: &[u8]) -> Refusal {
    let line = input.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let version = line.rsplit(|&byte| byte == b' ').next().unwrap_or_default();
    match version {
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Refusal("505 HTTP Version Not Supported", "this server speaks HTTP/1.0 and HTTP/1.1\n")
        }
        _ => malformed("this is not HTTP\n"),
    }
}

fn malformed(why: &'static str) -> Refusal {
    Refusal("400 Bad Request", why)
}

#[inline]
fn is(name: &str, wanted: &str) -> bool {
    name.eq_ignore_ascii_case(wanted)
}
