//! Messages that end in a newline.

/// What [`Lines`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A whole line, without its `\n` and without one `\r` before it.
    Complete(Vec<u8>),
    /// A line went over the limit. It is reported once; its bytes are dropped up to its newline.
    TooLong,
}

/// Cuts a stream of bytes into lines, none longer than a limit.
///
/// - Call [`push`](Lines::push) with whatever arrived, then [`next_line`](Lines::next_line)
///   until it says `None`.
/// - Neither the `\n` nor one `\r` before it counts for the limit.
/// - Between two pushes at most limit + 1 bytes are kept.
///
/// ```
/// use netkit::framing::{Line, Lines};
///
/// let mut lines = Lines::new(1024);
/// lines.push(b"hel");
/// assert_eq!(lines.next_line(), None); // not complete yet
/// lines.push(b"lo\r\nwor");
/// assert_eq!(lines.next_line(), Some(Line::Complete(b"hello".to_vec())));
/// assert_eq!(lines.next_line(), None);
/// ```
///
/// Python: `sock.makefile().readline(limit)`, which hands out the pieces of a long line as if
/// they were lines.
#[derive(Debug)]
pub struct Lines {
    limit: usize,
    buffer: Vec<u8>,
    /// Everything before this index has been handed out.
    start: usize,
    /// Everything before this index has been searched for a newline, so no byte is searched twice.
    searched: usize,
    /// Inside a line that was too long: drop bytes up to its newline.
    dropping: bool,
}

impl Lines {
    /// Makes a decoder for lines of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Lines { limit, buffer: Vec::new(), start: 0, searched: 0, dropping: false }
    }

    /// Takes the next bytes of the stream, in any amount.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole line, or `None` when more bytes are needed.
    pub fn next_line(&mut self) -> Option<Line> {
        while let Some(length) = self.buffer[self.searched..].iter().position(|&byte| byte == b'\n') {
            let newline = self.searched + length;
            let line = without_return(&self.buffer[self.start..newline]);
            let found = if line.len() > self.limit { Line::TooLong } else { Line::Complete(line.to_vec()) };
            self.start = newline + 1;
            self.searched = self.start;
            if !std::mem::take(&mut self.dropping) {
                return Some(found);
            }
        }
        self.keep_only_the_tail();
        if self.dropping {
            self.drop_up_to_newline();
        } else if without_return(&self.buffer).len() > self.limit {
            self.drop_up_to_newline();
            return Some(Line::TooLong);
        }
        None
    }

    /// Forgets the unfinished line and drops what follows up to and with the next newline.
    pub fn drop_up_to_newline(&mut self) {
        self.buffer.clear();
        self.start = 0;
        self.searched = 0;
        self.dropping = true;
    }

    /// The bytes of an unfinished line: what was left when the stream ended.
    ///
    /// Empty while a line that was too long is being dropped.
    pub fn tail(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    fn keep_only_the_tail(&mut self) {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.searched = self.buffer.len();
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
