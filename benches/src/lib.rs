//! What the peers in `src/bin` share: their command line and the line that says they are ready.
//!
//! The harness is `src/main.rs`.

pub mod inside;

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;

/// Bytes of a datagram that is counted. Any other length is a question for the count.
pub const DATAGRAM: usize = 64;

/// The answer to a question for the count: the question and the number. A question that was asked
/// twice has two answers, and the late one must not be taken for another's.
pub fn answer(question: &[u8], count: u64) -> Vec<u8> {
    [question, count.to_string().as_bytes()].concat()
}

/// The value behind `name` on the command line.
pub fn argument(name: &str) -> Option<String> {
    env::args().skip_while(|argument| argument != name).nth(1)
}

/// Whether `name` stands on the command line.
pub fn has_flag(name: &str) -> bool {
    env::args().any(|argument| argument == name)
}

/// Where to listen: `--addr`, or any free port of loopback.
///
/// # Errors
/// `InvalidInput` when it is no address.
pub fn addr_argument() -> io::Result<SocketAddr> {
    let text = argument("--addr").unwrap_or_else(|| "127.0.0.1:0".to_string());
    text.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, format!("{text}: {error}")))
}

/// Prints the line that the harness waits for, as the lessons do.
///
/// # Errors
/// Those of writing to standard output.
pub fn ready(addr: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {addr}")?;
    out.flush()
}

/// What a program is to do that works for itself: `CASE PROCESSES COUNT` on its command line.
pub struct Work {
    /// Which of the things that it can do.
    pub case: String,
    /// How many processes (or threads) work.
    pub processes: usize,
    /// How often it is done.
    pub count: i64,
}

impl Work {
    /// Reads the command line.
    ///
    /// # Errors
    /// `InvalidInput` when something is missing or no number.
    pub fn from_arguments() -> io::Result<Self> {
        let arguments: Vec<String> = env::args().skip(1).collect();
        let invalid = || io::Error::new(io::ErrorKind::InvalidInput, "CASE PROCESSES COUNT");
        let [case, processes, count] = &arguments[..] else { return Err(invalid()) };
        let (Ok(processes), Ok(count)) = (processes.parse(), count.parse()) else { return Err(invalid()) };
        Ok(Work { case: case.clone(), processes, count })
    }

    /// The chunk in the name of a case like `map64`; 1 for the others.
    pub fn chunk(&self) -> usize {
        self.case.strip_prefix("map").and_then(|size| size.parse().ok()).unwrap_or(1)
    }

    /// Checks the sum of the squares of 0 to `count` − 1.
    ///
    /// # Errors
    /// `InvalidData` when it is another.
    pub fn check_squares(&self, sum: i64) -> io::Result<()> {
        check(sum, (0..self.count).map(|n| n * n).sum())
    }
}

/// Checks a result.
///
/// # Errors
/// `InvalidData` when it is not the expected one.
pub fn check(result: i64, expected: i64) -> io::Result<()> {
    match result == expected {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::InvalidData, format!("{result} instead of {expected}"))),
    }
}
