//! What a part of a lesson is given: its voice, its ears, and the way to stop it.

use std::fmt::Display;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};

use super::{Failure, Lang, StdoutClosed, Text};
use super::{failure, output};
use crate::sys::Stop;
use crate::trace::Trace;

/// One run of a lesson program.
#[derive(Debug, Clone)]
pub struct Session {
    name: String,
    lang: Lang,
    trace: Trace,
    stop: OnceLock<Stop>,
}

/// Exit code of a program that a second Ctrl-C ends: 128 + SIGINT, as shells report it.
const INTERRUPTED: i32 = 130;

const CANNOT_PRINT: Text = Text::new("cannot write to standard output", "无法写到标准输出");

impl Session {
    /// A session of the program `name`.
    pub fn new(name: &str, lang: Lang, trace: Trace) -> Self {
        Session { name: name.to_string(), lang, trace, stop: OnceLock::new() }
    }

    /// The language to speak.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Where calls are recorded.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Prints a message about the program itself, in the session's language.
    ///
    /// # Errors
    /// As [`line`](Session::line).
    pub fn say(&self, text: &Text, values: &[(&str, &dyn Display)]) -> io::Result<()> {
        self.line(text.fill(self.lang, values))
    }

    /// Prints one line exactly as given: what programs and checks read, the same in every language.
    ///
    /// # Errors
    /// [`StdoutClosed`] inside a `BrokenPipe` when nobody reads any more; those of write(2) otherwise, with words that say
    /// that it was standard output.
    pub fn line(&self, line: impl Display) -> io::Result<()> {
        let text = format!("{line}\n");
        match output::write(text.as_bytes(), self.stop.get()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                Err(io::Error::new(io::ErrorKind::BrokenPipe, StdoutClosed))
            }
            // Without the usual advice, which is about sockets and files.
            Err(error) => {
                let failure =
                    Failure::new(CANNOT_PRINT.get(self.lang), failure::reason(self.lang, &error), None);
                Err(io::Error::new(error.kind(), failure))
            }
            Ok(()) => Ok(()),
        }
    }

    /// Prints the ready line, `listening on ADDR`: clients can connect from now on.
    ///
    /// # Errors
    /// As [`line`](Session::line).
    pub fn ready(&self, addr: &impl Display) -> io::Result<()> {
        self.line(format!("listening on {addr}"))
    }

    /// Writes a message about something that went wrong and did not end the program, to stderr.
    pub fn warn(&self, what: &Text, values: &[(&str, &dyn Display)], error: &io::Error) {
        let failure = Failure::from_io(self.lang, what.fill(self.lang, values), error);
        // When stderr is closed there is nobody left to tell.
        let _ = writeln!(io::stderr(), "{}: {failure}", self.name);
    }

    /// As [`warn`](Session::warn), with advice for just this.
    pub fn warn_with(&self, what: &Text, values: &[(&str, &dyn Display)], error: &io::Error, hint: &Text) {
        let failure = Failure::from_io(self.lang, what.fill(self.lang, values), error);
        let _ = writeln!(io::stderr(), "{}: {}", self.name, failure.with_hint(hint.get(self.lang)));
    }

    /// As [`failure`](Session::failure), with advice for just this.
    pub fn failure_with(
        &self,
        what: &Text,
        values: &[(&str, &dyn Display)],
        error: &io::Error,
        hint: &Text,
    ) -> anyhow::Error {
        let failure = Failure::from_io(self.lang, what.fill(self.lang, values), error);
        failure.with_hint(hint.get(self.lang)).into()
    }

    /// The error that ends the program because `error` kept `what` from happening.
    pub fn failure(&self, what: &Text, values: &[(&str, &dyn Display)], error: io::Error) -> anyhow::Error {
        Failure::from_io(self.lang, what.fill(self.lang, values), &error).into()
    }

    /// A switch that SIGINT (Ctrl-C) and SIGTERM turn on.
    ///
    /// A second signal ends the program at once with exit code 130.
    ///
    /// # Errors
    /// Those of [`Stop::new`], and of sigaction(2).
    ///
    /// Python: `signal.signal(SIGTERM, …)` with `signal.set_wakeup_fd`.
    pub fn stop_on_signals(&self) -> io::Result<Stop> {
        let stop = Stop::new()?;
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register_conditional_shutdown(signal, INTERRUPTED, stop.flag())?;
            signal_hook::flag::register(signal, stop.flag())?;
            let wake_end: OwnedFd = stop.wake_end()?;
            signal_hook::low_level::pipe::register(signal, wake_end)?;
        }
        // A file that grows over its limit (`ulimit -f`) is an error of the write, not our end.
        signal_hook::flag::register(SIGXFSZ, Arc::default())?;
        // From here on a reader of our output who does not read cannot keep us from stopping.
        let _ = self.stop.set(stop.clone());
        Ok(stop)
    }
}
