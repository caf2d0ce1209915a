//! # HTTP without sockets
//!
//! You will learn: what the bytes of a web request mean, and how a server finds where one request
//! ends and the next begins. Bytes go in, bytes come out; nothing here waits or does I/O, so the
//! same rules serve one thread a client today and one loop for all clients in lesson 5.
//! Run it: `cargo run --bin lesson2 server`, then `curl -v http://127.0.0.1:8080/`.
//! Python: `http.server.BaseHTTPRequestHandler`.
//! Try: `printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /zh HTTP/1.1\r\nHost: x\r\n\r\n' | nc 127.0.0.1 8080`

use std::mem;

use super::head::{HEAD_LIMIT, Method, Refusal, Request, next_head};

/// One client's conversation: takes bytes as they come, gives the replies they call for.
#[derive(Default)]
pub struct Conversation {
    /// Received and not yet used: at most an unfinished head and one receive.
    kept: Vec<u8>,
    /// A request whose body is still coming, and how many bytes of that.
    waiting_for: Option<(Request, u64)>,
    has_answered: bool,
    is_over: bool,
}

impl Conversation {
    /// Takes the next bytes and appends the replies to `replies`, in the order of the requests.
    pub fn receive(&mut self, bytes: &[u8], replies: &mut Vec<u8>) {
        if self.is_over {
            return;
        }
        if self.kept.is_empty() {
            // The usual case: whole requests, read where they were received. Only a rest is copied.
            let used = self.read(bytes, replies);
            self.kept.extend_from_slice(&bytes[used..]);
            return;
        }
        // A head can only be complete, or wrong, when a line is.
        let has_news = bytes.contains(&b'\n');
        self.kept.extend_from_slice(bytes);
        if has_news || self.kept.len() > HEAD_LIMIT {
            let mut input = mem::take(&mut self.kept);
            let used = self.read(&input, replies);
            input.drain(..used);
            self.kept = input;
        }
    }

    /// The time for a whole request is up: says so, unless the client is idle between requests.
    pub fn time_is_up(&mut self, replies: &mut Vec<u8>) {
        if self.has_answered && self.is_idle() {
            self.is_over = true;
        } else {
            let late = Refusal("408 Request Timeout", "no complete request came in time\n");
            let is_head = self.kept.starts_with(HEAD);
            self.refuse(&late, is_head, replies);
        }
    }

    /// Whether nothing of a next request is here yet.
    pub fn is_idle(&self) -> bool {
        self.kept.is_empty() && self.waiting_for.is_none()
    }

    /// Whether the connection should be closed once the replies are sent.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Answers every complete request of `input`; returns how many bytes that used.
    fn read(&mut self, input: &[u8], replies: &mut Vec<u8>) -> usize {
        let mut rest = input;
        while !self.is_over {
            match self.next_request(&mut rest, replies) {
                Ok(Some(request)) => self.answer(&request, replies),
                Ok(None) => break,
                Err(refusal) => self.refuse(&refusal, rest.starts_with(HEAD), replies),
            }
        }
        input.len() - rest.len()
    }

    /// The next complete request, body read and thrown away; `None` when more bytes are needed.
    /// What it has used is cut off from the front of `input`.
    fn next_request(&mut self, input: &mut &[u8], replies: &mut Vec<u8>) -> Result<Option<Request>, Refusal> {
        let (request, missing) = match self.waiting_for.take() {
            Some(begun) => begun,
            None => {
                let Some((request, body)) = next_head(input)? else { return Ok(None) };
                if body.length > 0 && body.wants_to_be_asked {
                    replies.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
                }
                (request, body.length)
            }
        };
        let here = missing.min(input.len() as u64);
        *input = &input[here as usize..];
        if here < missing {
            self.waiting_for = Some((request, missing - here));
            return Ok(None);
        }
        Ok(Some(request))
    }

    fn answer(&mut self, request: &Request, replies: &mut Vec<u8>) {
        let connection = match (request.keep_alive, request.is_http_1_0) {
            (false, _) => CLOSE,
            (true, true) => "Connection: keep-alive\r\n",
            (true, false) => "",
        };
        let with_body = request.method != Method::Head;
        // Looked at in this order: is the page there, and can this be done with it?
        match (request.page, request.method) {
            (None, _) => reply("404 Not Found", ["", connection], "there is / and /zh\n", with_body, replies),
            (Some(page), Method::Get | Method::Head) => {
                put([page.head, connection, "\r\n", if with_body { page.text } else { "" }], replies);
            }
            (Some(_), Method::Other) => {
                let headers = ["Allow: GET, HEAD\r\n", connection];
                reply("405 Method Not Allowed", headers, "this can only be read\n", with_body, replies);
            }
        }
        self.has_answered = true;
        self.is_over = !request.keep_alive;
    }

    fn refuse(&mut self, Refusal(status, why): &Refusal, is_head: bool, replies: &mut Vec<u8>) {
        // Whatever else is wrong with it: a HEAD is never answered with a body.
        reply(status, ["", CLOSE], why, !is_head, replies);
        self.is_over = true;
    }
}

const HEAD: &[u8] = b"HEAD ";
const CLOSE: &str = "Connection: close\r\n";

/// A page, and how its reply begins: it is always the same, so it is written once.
///
/// The length counts bytes, not characters: `你好,世界` is 13 of them. And the charset is what
/// spares the reader from telling the browser.
pub struct Page {
    head: &'static str,
    text: &'static str,
}

const HELLO: Page = Page {
    head: "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n",
    text: "Hello, World",
};
const HELLO_ZH: Page = Page {
    head: "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\n",
    text: "你好,世界",
};
// A wrong length would not compile.
const _: () = assert!(HELLO.text.len() == 12 && HELLO_ZH.text.len() == 13);

pub fn page(path: &str) -> Option<&'static Page> {
    match path {
        "/" => Some(&HELLO),
        "/zh" => Some(&HELLO_ZH),
        _ => None,
    }
}

fn reply(status: &str, [first, second]: [&str; 2], text: &str, with_body: bool, replies: &mut Vec<u8>) {
    let length = text.len().to_string();
    let body = if with_body { text } else { "" };
    let kind = "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ";
    put(["HTTP/1.1 ", status, kind, &length, "\r\n", first, second, "\r\n", body], replies);
}

/// Put together where it is sent from: no other copy is made.
fn put<const N: usize>(parts: [&str; N], replies: &mut Vec<u8>) {
    for part in parts {
        replies.extend_from_slice(part.as_bytes());
    }
}
