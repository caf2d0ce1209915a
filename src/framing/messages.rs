//! Lesson 4's rule: lines for those who send lines, chunks for those who do not.

use std::collections::VecDeque;

use super::{Line, Lines};

/// What [`Messages`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A whole message, without line ending.
    Text(Vec<u8>),
    /// A message went over the limit. It is reported once and dropped up to its newline.
    TooLong,
}

/// Cuts what a caller sends into messages, whether it sends lines (`nc`, `telnet`) or not (the
/// documents' Python client, which sends `0` and nothing more).
///
/// - While a caller has never sent a `\n`, each chunk is one message, one trailing `\r` dropped.
/// - From the chunk with the first `\n` on, the caller speaks in [`Lines`]: an unfinished tail
///   waits for its newline.
/// - When that first newline is the very next thing after a bare chunk, it ends that message and
///   is no message of its own: `0` and then `\n` is one message, as `0\n` is.
///
/// So a caller who types lines gets the same answers however the network cuts `0\nexit\n`, and a
/// caller who sends bare chunks gets what the documents promise, as far as that can be kept: two
/// bare chunks glued together by the network are one wrong message (lesson 4 shows it).
///
/// ```
/// use netkit::framing::{Message, Messages};
///
/// let mut messages = Messages::new(1024);
/// messages.push(b"0");
/// assert_eq!(messages.next_message(), Some(Message::Text(b"0".to_vec())));
/// messages.push(b"\nex");
/// assert_eq!(messages.next_message(), None); // the newline belonged to the 0
/// messages.push(b"it\n");
/// assert_eq!(messages.next_message(), Some(Message::Text(b"exit".to_vec())));
/// ```
///
/// Python: the documents compare `conn.recv(1024)` with `'exit'`, which takes one receive for one
/// message.
#[derive(Debug)]
pub struct Messages {
    limit: usize,
    lines: Lines,
    in_lines: bool,
    after_bare_chunk: bool,
    bare: VecDeque<Message>,
}

impl Messages {
    /// Makes a decoder for messages of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Messages {
            limit,
            lines: Lines::new(limit),
            in_lines: false,
            after_bare_chunk: false,
            bare: VecDeque::new(),
        }
    }

    /// Takes one chunk: what one receive returned. An empty chunk changes nothing.
    pub fn push(&mut self, chunk: &[u8]) {
        if chunk.is_empty() {
            return;
        }
        if !self.in_lines && !chunk.contains(&b'\n') {
            return self.push_bare(chunk);
        }
        let mut rest = chunk;
        if !self.in_lines && self.after_bare_chunk {
            rest = rest.strip_prefix(b"\r").filter(|r| r.starts_with(b"\n")).unwrap_or(rest);
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        self.in_lines = true;
        self.lines.push(rest);
    }

    /// The next whole message, or `None` when more bytes are needed.
    pub fn next_message(&mut self) -> Option<Message> {
        if let Some(message) = self.bare.pop_front() {
            return Some(message);
        }
        match self.lines.next_line()? {
            Line::Complete(text) => Some(Message::Text(text)),
            Line::TooLong => Some(Message::TooLong),
        }
    }

    fn push_bare(&mut self, chunk: &[u8]) {
        let text = chunk.strip_suffix(b"\r").unwrap_or(chunk);
        if text.is_empty() && self.after_bare_chunk {
            return; // the `\r` of a `\r\n` that ends the message before it
        }
        if text.len() > self.limit {
            self.bare.push_back(Message::TooLong);
            self.lines.drop_up_to_newline();
            self.in_lines = true;
        } else {
            self.bare.push_back(Message::Text(text.to_vec()));
            self.after_bare_chunk = true;
        }
    }
}
