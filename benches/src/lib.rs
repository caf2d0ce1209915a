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

/// What a program of the subject `pool` is to do: `CASE WORKERS COUNT` on its command line.
pub struct PoolWork {
    /// `apply`, `apply_async`, or `map` and the size of a chunk.
    pub case: String,
    /// The chunk of `map`; 1 for the others.
    pub chunk: usize,
    /// How many processes (or threads).
    pub workers: usize,
    /// How many numbers are squared: 0 to `count` − 1.
    pub count: i64,
}

impl PoolWork {
    /// Reads the command line.
    ///
    /// # Errors
    /// `InvalidInput` when something is missing or no number.
    pub fn from_arguments() -> io::Result<Self> {
        let arguments: Vec<String> = env::args().skip(1).collect();
        let invalid = || io::Error::new(io::ErrorKind::InvalidInput, "CASE WORKERS COUNT");
        let [case, workers, count] = &arguments[..] else { return Err(invalid()) };
        let chunk = case.strip_prefix("map").map_or(Ok(1), str::parse).map_err(|_| invalid())?;
        let workers = workers.parse().map_err(|_| invalid())?;
        let count = count.parse().map_err(|_| invalid())?;
        Ok(PoolWork { case: case.clone(), chunk, workers, count })
    }

    /// Says whether `sum` is that of all squares.
    ///
    /// # Errors
    /// `InvalidData` when it is not.
    pub fn check(&self, sum: i64) -> io::Result<()> {
        let expected: i64 = (0..self.count).map(|n| n * n).sum();
        match sum == expected {
            true => Ok(()),
            false => Err(io::Error::new(io::ErrorKind::InvalidData, format!("{sum} instead of {expected}"))),
        }
    }
}
