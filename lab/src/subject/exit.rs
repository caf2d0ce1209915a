//! How a process ended, in words.

use std::fmt;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It returned this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

impl fmt::Display for Exit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(out, "exit code {code}"),
            Exit::Signal(signal) => {
                write!(out, "killed by signal {signal}")?;
                match NAMES.iter().find(|(number, _)| number == signal) {
                    Some((_, name)) => write!(out, " ({name})"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// The signals that end a program which did not mean to end, as Linux numbers them.
const NAMES: &[(i32, &str)] = &[
    (2, "SIGINT"),
    (4, "SIGILL: an instruction that there is not"),
    (6, "SIGABRT: it has given up by itself"),
    (7, "SIGBUS: memory behind the end of a file"),
    (8, "SIGFPE: a division by zero"),
    (9, "SIGKILL"),
    (11, "SIGSEGV: memory that is not its own, or no stack left"),
    (13, "SIGPIPE: it wrote to a connection or a pipe that nobody reads"),
    (14, "SIGALRM"),
    (15, "SIGTERM"),
    (25, "SIGXFSZ: a file larger than it may be"),
];
