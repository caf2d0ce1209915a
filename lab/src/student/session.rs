//! How the tool speaks: its language, its colours, and what ends it early.

use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use super::lang::{Lang, Text};

/// What an action of the tool comes to.
pub type Done = Result<ExitCode, Trouble>;

/// Why an action could not be done.
#[derive(Debug)]
pub enum Trouble {
    /// It was asked for in a wrong way: exit code 2.
    Use(String),
    /// It was asked for rightly and cannot be done: exit code 1.
    Failed(String),
    /// Nobody can be told: standard output does not take it.
    Output(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::Output(error)
    }
}

/// Standard output as the user wants it.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// The language.
    pub lang: Lang,
    colours: bool,
}

impl Session {
    /// Colours are for terminals, and for people who have not asked for none (`NO_COLOR`).
    pub fn new(lang: Lang) -> Session {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|value| value == "dumb");
        Session { lang, colours: io::stdout().is_terminal() && !refused }
    }

    /// Prints a line.
    ///
    /// # Errors
    /// Those of standard output.
    pub fn line(&self, text: impl Display) -> io::Result<()> {
        writeln!(io::stdout(), "{text}")
    }

    /// Prints a message as a line.
    ///
    /// # Errors
    /// Those of standard output.
    pub fn say(&self, text: Text, values: &[(&str, &dyn Display)]) -> io::Result<()> {
        self.line(self.fill(text, values))
    }

    /// Tells what should be known but is no result, on stderr. When that is closed too there is nobody left to tell.
    pub fn note(&self, text: impl Display) {
        let _ = writeln!(io::stderr(), "lab: {text}");
    }

    /// The message in the user's language.
    pub fn fill(&self, text: Text, values: &[(&str, &dyn Display)]) -> String {
        text.fill(self.lang, values)
    }

    /// In green: it is done.
    pub fn good(&self, text: impl Display) -> String {
        self.paint("32", text)
    }

    /// In red: it is not.
    pub fn bad(&self, text: impl Display) -> String {
        self.paint("31", text)
    }

    /// Bold: a heading.
    pub fn strong(&self, text: impl Display) -> String {
        self.paint("1", text)
    }

    fn paint(&self, colour: &str, text: impl Display) -> String {
        if self.colours { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_string() }
    }
}
