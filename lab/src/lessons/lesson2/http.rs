//! As much of HTTP as is needed to look at the replies of a server, and no more forgiving than the rules.

use crate::{Failure, Peer, Server};

/// One connection of a browser: what came too early is kept for the next reply.
pub(crate) struct Browser {
    pub(crate) peer: Peer,
    buffer: Vec<u8>,
}

/// One reply.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    head: Vec<u8>,
}

impl Browser {
    pub(crate) fn open(server: &Server) -> Result<Browser, Failure> {
        Ok(Browser::on(server.connect()?))
    }

    pub(crate) fn on(peer: Peer) -> Browser {
        Browser { peer, buffer: Vec::new() }
    }

    pub(crate) fn send(&mut self, request: &[u8]) -> Result<(), Failure> {
        self.peer.send(request)
    }

    /// Sends a request and reads its reply.
    pub(crate) fn ask(&mut self, request: &str) -> Result<Response, Failure> {
        self.send(request.as_bytes())?;
        if request.starts_with("HEAD ") { self.head_only() } else { self.response() }
    }

    /// Reads one whole reply: its head, and as much body as its Content-Length says.
    pub(crate) fn response(&mut self) -> Result<Response, Failure> {
        let mut response = self.head_only()?;
        let length = response.header("content-length").ok_or_else(|| {
            let why = "the reply has no Content-Length: the client cannot know where its body ends";
            Failure::new(why).received(&response.head)
        })?;
        let length: usize = length
            .parse()
            .map_err(|_| Failure::new("Content-Length is no number").received(&response.head))?;
        while self.buffer.len() < length {
            let more = self.peer.read_some().map_err(|failure| {
                failure.when(format!(
                    "Content-Length promises {length} bytes of body, {} came",
                    self.buffer.len()
                ))
            })?;
            if more.is_empty() {
                let why = format!(
                    "Content-Length promises {length} bytes of body, but the connection ended after {}",
                    self.buffer.len()
                );
                return Err(
                    Failure::new(why).received(&[response.head, std::mem::take(&mut self.buffer)].concat())
                );
            }
            self.buffer.extend(more);
        }
        response.body = self.buffer.drain(..length).collect();
        Ok(response)
    }

    /// Reads a reply that has no body, whatever its Content-Length says: to HEAD, and `100 Continue`.
    pub(crate) fn head_only(&mut self) -> Result<Response, Failure> {
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            let more = self.peer.read_some().map_err(|failure| failure.received(&self.buffer))?;
            if more.is_empty() {
                let why = "the connection ended where a reply (a status line, headers, a blank line) should have come";
                return Err(Failure::new(why).received(&self.buffer));
            }
            self.buffer.extend(more);
        };
        parse(self.buffer.drain(..end).collect())
    }

    /// Whether the server has ended the connection where a reply could begin. Waits until one or the other is sure.
    pub(crate) fn is_over(&mut self) -> Result<bool, Failure> {
        if self.buffer.is_empty() {
            self.buffer = self.peer.read_some()?;
        }
        Ok(self.buffer.is_empty())
    }

    /// Everything else that comes until the server ends the connection, whatever Content-Length says.
    pub(crate) fn rest(&mut self) -> Result<Vec<u8>, Failure> {
        let mut rest = std::mem::take(&mut self.buffer);
        rest.extend(self.peer.read_to_end(1 << 20)?);
        Ok(rest)
    }

    /// The server ends the connection cleanly, and nothing is left over.
    pub(crate) fn expect_end(mut self) -> Result<(), Failure> {
        if !self.buffer.is_empty() {
            return Err(Failure::new("more came than the reply: does Content-Length count bytes?")
                .received(&self.buffer));
        }
        self.peer.expect_eof()
    }
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// That the reply says that it is the last one.
    pub(crate) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    pub(crate) fn expect_status(self, status: u16) -> Result<Response, Failure> {
        if self.status == status {
            return Ok(self);
        }
        Err(Failure::new(format!("the status should be {status}, not {}", self.status)).received(&self.head))
    }

    pub(crate) fn expect_body(self, body: &str) -> Result<Response, Failure> {
        if self.body == body.as_bytes() {
            return Ok(self);
        }
        Err(Failure::new("the body is not the expected one").compared(&self.body, body.as_bytes()))
    }

    pub(crate) fn expect_header(self, name: &str, value: &str) -> Result<Response, Failure> {
        match self.header(name) {
            Some(found) if found.eq_ignore_ascii_case(value) => Ok(self),
            Some(found) => Err(Failure::new(format!("the header {name} is wrong"))
                .compared(found.as_bytes(), value.as_bytes())),
            None => {
                Err(Failure::new(format!("the header `{name}: {value}` is missing")).received(&self.head))
            }
        }
    }
}

fn parse(head: Vec<u8>) -> Result<Response, Failure> {
    let wrong = |why: &str| Failure::new(why).received(&head);
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut lines = text.trim_end_matches("\r\n").split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let status =
        status.ok_or_else(|| wrong("the reply should begin with a line such as `HTTP/1.1 200 OK`"))?;
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) =
            line.split_once(':').ok_or_else(|| wrong("a header of the reply has no colon"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    Ok(Response { status, headers, body: Vec::new(), head })
}
