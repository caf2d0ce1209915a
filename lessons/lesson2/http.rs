//! # HTTP without sockets
//!
//! You will learn: what the bytes of a web request mean, and how a server finds where one request
//! ends and the next begins. Bytes go in, bytes come out; nothing here waits or does I/O, so the
//! same rules serve one thread a client today and one loop for all clients in lesson 5.
//! Run it: `cargo run --bin lesson2 server`, then `curl -v http://127.0.0.1:8080/`.
//! Python: `http.server.BaseHTTPRequestHandler`.
//! Try: `printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /zh HTTP/1.1\r\nHost: x\r\n\r\n' | nc 127.0.0.1 8080`

use std::mem::MaybeUninit;

use httparse::{Error, Header, Status};

/// The longest request line and headers together, in bytes.
const HEAD_LIMIT: usize = 8 * 1024;

/// The most header lines.
const HEADERS_LIMIT: usize = 100;

/// The longest body that is read, in bytes. It is thrown away, never kept.
const BODY_LIMIT: u64 = 1024 * 1024;

/// One client's conversation: takes bytes as they come, gives the replies they call for.
#[derive(Default)]
pub struct Conversation {
    /// Received and not yet used: at most an unfinished head and one receive.
    input: Vec<u8>,
    /// A request whose body is still coming, and how many bytes of that.
    waiting_for: Option<(Request, u64)>,
    has_answered: bool,
    is_over: bool,
}

/// What a reply depends on. Nothing of it is copied: the page is ours, the rest are choices.
struct Request {
    page: Option<&'static str>,
    method: Method,
    keep_alive: bool,
    is_http_1_0: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Head,
    Other,
}

/// Why a request cannot be answered; the connection ends with it.
struct Refusal(&'static str, &'static str);

impl Conversation {
    /// Takes the next bytes and appends the replies to `replies`, in the order of the requests.
    pub fn receive(&mut self, bytes: &[u8], replies: &mut Vec<u8>) {
        // A head can only be complete, or wrong, when a line is.
        let has_news = self.waiting_for.is_some() || bytes.contains(&b'\n');
        self.input.extend_from_slice(bytes);
        if !has_news && self.input.len() <= HEAD_LIMIT {
            return;
        }
        while !self.is_over {
            match self.next_request(replies) {
                Ok(Some(request)) => self.answer(&request, replies),
                Ok(None) => return,
                Err(refusal) => self.refuse(&refusal, replies),
            }
        }
    }

    /// The time for a whole request is up: says so, unless the client is idle between requests.
    pub fn time_is_up(&mut self, replies: &mut Vec<u8>) {
        if self.has_answered && self.is_idle() {
            self.is_over = true;
        } else {
            self.refuse(&Refusal("408 Request Timeout", "no complete request came in time\n"), replies);
        }
    }

    /// Whether nothing of a next request is here yet.
    pub fn is_idle(&self) -> bool {
        self.input.is_empty() && self.waiting_for.is_none()
    }

    /// Whether the connection should be closed once the replies are sent.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next complete request, body read and thrown away; `None` when more bytes are needed.
    fn next_request(&mut self, replies: &mut Vec<u8>) -> Result<Option<Request>, Refusal> {
        if self.waiting_for.is_none() {
            let Some((request, body)) = self.next_head()? else { return Ok(None) };
            if body.length > 0 && body.wants_to_be_asked {
                replies.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
            self.waiting_for = Some((request, body.length));
        }
        let Some((request, missing)) = self.waiting_for.take() else { return Ok(None) };
        let here = missing.min(self.input.len() as u64);
        self.input.drain(..here as usize);
        if here < missing {
            self.waiting_for = Some((request, missing - here));
            return Ok(None);
        }
        Ok(Some(request))
    }

    fn next_head(&mut self) -> Result<Option<(Request, Body)>, Refusal> {
        // A client may send empty lines between requests (RFC 9112, section 2.2).
        let empty = self.input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.input.drain(..empty);
        // Half a line is not judged: `HTTP/2` may become `HTTP/2.0`, which is another mistake.
        if !self.input.contains(&b'\n') && self.input.len() <= HEAD_LIMIT {
            return Ok(None);
        }
        // Room for the most headers there may be, 3 KiB: the parser writes those that there are.
        let mut room = [const { MaybeUninit::uninit() }; HEADERS_LIMIT];
        let mut parsed = httparse::Request::new(&mut []);
        let length = match parsed.parse_with_uninit_headers(&self.input, &mut room) {
            Ok(Status::Complete(length)) if length <= HEAD_LIMIT => length,
            Ok(Status::Partial) if self.input.len() <= HEAD_LIMIT => return Ok(None),
            Ok(_) | Err(Error::TooManyHeaders) => {
                return Err(Refusal(
                    "431 Request Header Fields Too Large",
                    "the head is over 8 KiB or 100 lines\n",
                ));
            }
            Err(Error::Version) => return Err(wrong_version(&self.input)),
            Err(_) => return Err(malformed("this is not HTTP\n")),
        };
        let is_http_1_0 = parsed.version == Some(0);
        let hosts = parsed.headers.iter().filter(|header| is(header, "host")).count();
        if hosts > 1 || (hosts == 0 && !is_http_1_0) {
            return Err(malformed("HTTP/1.1 needs one Host header\n"));
        }
        let body = body_of(parsed.headers)?;
        let request = Request {
            page: page(path_of(parsed.path.unwrap_or_default())),
            method: match parsed.method {
                Some("GET") => Method::Get,
                Some("HEAD") => Method::Head,
                _ => Method::Other,
            },
            keep_alive: keeps_alive(parsed.headers, is_http_1_0),
            is_http_1_0,
        };
        self.input.drain(..length);
        Ok(Some((request, body)))
    }

    fn answer(&mut self, request: &Request, replies: &mut Vec<u8>) {
        // Looked at in this order: is the page there, and can this be done with it?
        let (status, text, more) = match (request.page, request.method) {
            (None, _) => ("404 Not Found", "there is / and /zh\n", ""),
            (Some(text), Method::Get | Method::Head) => ("200 OK", text, ""),
            (Some(_), Method::Other) => {
                ("405 Method Not Allowed", "this can only be read\n", "Allow: GET, HEAD\r\n")
            }
        };
        let connection = match (request.keep_alive, request.is_http_1_0) {
            (false, _) => "Connection: close\r\n",
            (true, true) => "Connection: keep-alive\r\n",
            (true, false) => "",
        };
        reply(status, [more, connection], text, request.method != Method::Head, replies);
        self.has_answered = true;
        self.is_over = !request.keep_alive;
    }

    fn refuse(&mut self, Refusal(status, why): &Refusal, replies: &mut Vec<u8>) {
        // Whatever else is wrong with it: a HEAD is never answered with a body.
        let with_body = !self.input.starts_with(b"HEAD ");
        reply(status, ["", "Connection: close\r\n"], why, with_body, replies);
        self.is_over = true;
    }
}

fn page(path: &str) -> Option<&'static str> {
    match path {
        "/" => Some("Hello, World"),
        "/zh" => Some("你好,世界"),
        _ => None,
    }
}

/// The length counts bytes, not characters: `你好,世界` is 13 of them. And the charset is what
/// spares the reader from telling the browser.
fn reply(status: &str, more: [&str; 2], text: &str, with_body: bool, replies: &mut Vec<u8>) {
    let length = text.len().to_string();
    let [first, second] = more;
    let body = if with_body { text } else { "" };
    // Put together where it is sent from: no other copy is made.
    for part in [
        "HTTP/1.1 ",
        status,
        "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ",
        &length,
        "\r\n",
        first,
        second,
        "\r\n",
        body,
    ] {
        replies.extend_from_slice(part.as_bytes());
    }
}

struct Body {
    length: u64,
    wants_to_be_asked: bool,
}

/// How long the body is. Where two answers are possible nobody may guess: that is how one
/// request is smuggled inside another.
fn body_of(headers: &[Header]) -> Result<Body, Refusal> {
    let lengths: Vec<&[u8]> = headers.iter().filter(|h| is(h, "content-length")).map(|h| h.value).collect();
    let is_chunked = headers.iter().any(|header| is(header, "transfer-encoding"));
    let length = match lengths.first() {
        None if is_chunked => return Err(Refusal("411 Length Required", "send a Content-Length\n")),
        None => 0,
        Some(_) if is_chunked => return Err(malformed("two ways to say the body's length\n")),
        Some(first) if lengths.iter().any(|other| other != first) => {
            return Err(malformed("two different lengths of the body\n"));
        }
        Some(first) => decimal(first)?,
    };
    let wants_to_be_asked =
        headers.iter().any(|h| is(h, "expect") && h.value.eq_ignore_ascii_case(b"100-continue"));
    Ok(Body { length, wants_to_be_asked })
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

fn keeps_alive(headers: &[Header], is_http_1_0: bool) -> bool {
    let mut options = headers
        .iter()
        .filter(|header| is(header, "connection"))
        .flat_map(|header| header.value.split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii);
    match is_http_1_0 {
        true => options.any(|option| option.eq_ignore_ascii_case(b"keep-alive")),
        false => !options.any(|option| option.eq_ignore_ascii_case(b"close")),
    }
}

/// The path of a target like `/zh?x=1` or, as proxies are asked, `http://host/zh`.
fn path_of(target: &str) -> &str {
    let path = match target.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => target,
    };
    path.split('?').next().unwrap_or_default()
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

fn is(header: &Header, name: &str) -> bool {
    header.name.eq_ignore_ascii_case(name)
}
