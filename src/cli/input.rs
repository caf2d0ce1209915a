//! Lines that the user types or pipes in.

use std::io::{self, BufRead, IsTerminal, Write};

/// Standard input, line by line, with a prompt when a person sits there.
#[derive(Debug)]
pub struct Input {
    prompt: Option<&'static str>,
}

/// The longest line taken, in bytes: a pipe without newlines must not fill the memory.
const LIMIT: u64 = 1024 * 1024;

impl Input {
    /// Reads standard input; shows `prompt` only if it is a terminal.
    pub fn new(prompt: &'static str) -> Self {
        Input { prompt: io::stdin().is_terminal().then_some(prompt) }
    }

    /// The next line without its line ending; `None` at the end of the input or after `exit`.
    ///
    /// Bytes that are not UTF-8 are kept as they are.
    ///
    /// # Errors
    /// `InvalidData` for a line over 1 MiB, and those of read(2).
    pub fn next_line(&self) -> io::Result<Option<Vec<u8>>> {
        if let Some(prompt) = self.prompt {
            let mut stdout = io::stdout().lock();
            stdout.write_all(prompt.as_bytes())?;
            stdout.flush()?;
        }
        let mut line = Vec::new();
        let read = io::Read::take(io::stdin().lock(), LIMIT).read_until(b'\n', &mut line)?;
        if read as u64 == LIMIT && line.last() != Some(&b'\n') {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line of input is longer than 1 MiB"));
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        Ok((read > 0).then_some(line))
    }
}
