//! What is asked, and which reply is right.

use anyhow::{Result, bail};

use crate::report::notice;

/// What a reply is, so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Right until here, but not all of it.
    Incomplete,
    Right,
    Wrong,
}

/// A request and its reply. A connection's turns are counted from 0.
pub trait Exchange {
    /// The request of one connection's turn.
    fn request(&mut self, connection: usize, turn: u64) -> &[u8];

    /// Looks at all that has come in reply to it.
    fn judge(&self, connection: usize, turn: u64, reply: &[u8]) -> Verdict;
}

/// Bytes of an echoed message.
const MESSAGE: usize = 64;

/// A message that no other connection or turn has, to be sent back as it is.
pub struct Echo([u8; MESSAGE]);

/// `Hello, World` over HTTP.
pub struct Hello {
    request: &'static [u8],
}

/// What follows the headers.
const BODY: &[u8] = b"\r\n\r\nHello, World";

impl Echo {
    pub fn new() -> Self {
        Echo([b'.'; MESSAGE])
    }
}

impl Exchange for Echo {
    fn request(&mut self, connection: usize, turn: u64) -> &[u8] {
        self.0[..8].copy_from_slice(&(connection as u64).to_le_bytes());
        self.0[8..16].copy_from_slice(&turn.to_le_bytes());
        &self.0
    }

    fn judge(&self, connection: usize, turn: u64, reply: &[u8]) -> Verdict {
        let Some((ours, rest)) = reply.split_at_checked(8) else { return Verdict::Incomplete };
        let Some((number, rest)) = rest.split_at_checked(8) else { return Verdict::Incomplete };
        let is_right = ours == (connection as u64).to_le_bytes()
            && number == turn.to_le_bytes()
            && self.0[16..].starts_with(rest);
        match (is_right, reply.len() == MESSAGE) {
            (true, true) => Verdict::Right,
            (true, false) => Verdict::Incomplete,
            (false, _) => Verdict::Wrong,
        }
    }
}

impl Hello {
    /// A connection for many requests.
    pub fn keep_alive() -> Self {
        Hello { request: b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n" }
    }

    /// A connection for one.
    pub fn close() -> Self {
        Hello {
            request: b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        }
    }
}

impl Exchange for Hello {
    fn request(&mut self, _: usize, _: u64) -> &[u8] {
        self.request
    }

    /// One request is under way, so the reply is all there is: its end is the body's.
    fn judge(&self, _: usize, turn: u64, reply: &[u8]) -> Verdict {
        let begin = b"HTTP/1.1 200 OK\r\n";
        let is_begun = reply.starts_with(begin) || begin.starts_with(reply);
        match (is_begun, reply.ends_with(BODY)) {
            (false, _) => Verdict::Wrong,
            (true, false) if reply.len() < 1024 => Verdict::Incomplete,
            (true, false) => Verdict::Wrong,
            // The length is looked for once a connection: the server is the same program afterwards.
            (true, true) if turn > 0 || has_length(reply) => Verdict::Right,
            (true, true) => Verdict::Wrong,
        }
    }
}

fn has_length(reply: &[u8]) -> bool {
    let head = String::from_utf8_lossy(reply).to_ascii_lowercase();
    head.lines().any(|line| line == "content-length: 12")
}

/// Ends the load with a wrong reply, shown.
///
/// # Errors
/// Always.
pub fn wrong<T>(connection: usize, reply: &[u8]) -> Result<T> {
    notice(format!("a wrong reply: {}", netkit::framing::printable(&reply[..reply.len().min(300)])));
    bail!("connection {connection} got a wrong reply of {} bytes", reply.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_its_own() {
        let mut echo = Echo::new();
        let message = echo.request(3, 4).to_vec();
        assert_eq!(echo.judge(3, 4, &message), Verdict::Right);
        assert_eq!(echo.judge(3, 4, &message[..20]), Verdict::Incomplete);
        assert_eq!(echo.judge(3, 5, &message), Verdict::Wrong);
        assert_eq!(echo.judge(3, 4, &[&message[..], b"x"].concat()), Verdict::Wrong);
    }

    #[test]
    fn a_page_is_whole_and_has_its_length() {
        let right = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nHello, World";
        let hello = Hello::keep_alive();
        assert_eq!(hello.judge(0, 0, right), Verdict::Right);
        assert_eq!(hello.judge(0, 0, &right[..30]), Verdict::Incomplete);
        assert_eq!(hello.judge(0, 0, &right[..3]), Verdict::Incomplete);
        assert_eq!(hello.judge(0, 0, b"HTTP/1.1 404 Not Found\r\n"), Verdict::Wrong);
        assert_eq!(hello.judge(0, 0, b"HTTP/1.1 200 OK\r\n\r\nHello, World"), Verdict::Wrong);
    }
}
