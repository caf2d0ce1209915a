//! Why a check failed, in a form that teaches.

use std::fmt;

use crate::bytes::{first_difference, show, show_around};

/// What went wrong in a check, told so that a student can go on from there.
///
/// Rendered as: the sentence; what was sent; what came back with a caret under the first difference; what was expected;
/// and facts about the process that help to explain it.
#[derive(Clone, Debug)]
pub struct Failure(Box<Parts>);

#[derive(Clone, Debug, Default)]
struct Parts {
    why: String,
    sent: Option<Vec<u8>>,
    compared: Option<(Vec<u8>, Vec<u8>)>,
    received: Option<Vec<u8>>,
    facts: Vec<String>,
}

impl Failure {
    /// A failure with one sentence that says what happened and why it is wrong.
    #[must_use]
    pub fn new(why: impl Into<String>) -> Failure {
        Failure(Box::new(Parts { why: why.into(), ..Parts::default() }))
    }

    /// Adds what the grader had sent.
    #[must_use]
    pub fn sent(mut self, bytes: &[u8]) -> Failure {
        self.0.sent = Some(bytes.to_vec());
        self
    }

    /// Adds what came back, where nothing exact was expected.
    #[must_use]
    pub fn received(mut self, bytes: &[u8]) -> Failure {
        self.0.received = Some(bytes.to_vec());
        self
    }

    /// Adds what came back beside what should have; the first difference is marked.
    #[must_use]
    pub fn compared(mut self, received: &[u8], expected: &[u8]) -> Failure {
        self.0.compared = Some((received.to_vec(), expected.to_vec()));
        self
    }

    /// Adds a fact that may explain it, such as the CPU time used meanwhile.
    #[must_use]
    pub fn fact(mut self, fact: impl Into<String>) -> Failure {
        self.0.facts.push(fact.into());
        self
    }

    /// Adds several facts.
    #[must_use]
    pub fn facts(mut self, facts: impl IntoIterator<Item = String>) -> Failure {
        self.0.facts.extend(facts);
        self
    }

    /// Puts the circumstances before the sentence: `failure.when("after a reset")`.
    #[must_use]
    pub fn when(mut self, circumstances: impl fmt::Display) -> Failure {
        self.0.why = format!("{circumstances}: {}", self.0.why);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.why)?;
        if let Some(sent) = &self.0.sent {
            write!(out, "\n  sent      {}", show(sent))?;
        }
        if let Some(received) = &self.0.received {
            write!(out, "\n  received  {}", show(received))?;
        }
        if let Some((received, expected)) = &self.0.compared {
            let differ = first_difference(received, expected);
            let at = differ.unwrap_or(0);
            let (text, column) = show_around(received, at);
            write!(out, "\n  received  {text}")?;
            // The bytes may be right, and something else about them wrong: where they came from, for example.
            if differ.is_some() {
                write!(out, "\n            {:column$}^ first difference, at byte {at}", "")?;
            }
            write!(out, "\n  expected  {}", show_around(expected, at).0)?;
        }
        for fact in &self.0.facts {
            write!(out, "\n  • {fact}")?;
        }
        Ok(())
    }
}

/// A failure of the grader's own tools (no memory, no descriptor): it is not the subject's, but it must be seen.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::new(format!("the grader itself could not go on: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn a_failure_shows_the_first_difference() {
        let failure = Failure::new("the reply is cut")
            .sent(b"hi\n")
            .compared("不要回".as_bytes(), "不要回答".as_bytes());
        let failure = failure.fact("the process sleeps").when("at the second client");
        assert_eq!(
            failure.to_string(),
            "at the second client: the reply is cut\n  \
             sent      \"hi\\n\" (3 bytes)\n  \
             received  \"不要回\" (9 bytes)\n                   \
             ^ first difference, at byte 9\n  \
             expected  \"不要回答\" (12 bytes)\n  \
             • the process sleeps"
        );
    }

    #[test]
    fn nothing_is_marked_where_nothing_differs() {
        let failure = Failure::new("the answer came from elsewhere").compared(b"hi", b"hi").to_string();
        assert!(failure.contains("received  \"hi\"") && !failure.contains("difference"), "{failure}");
    }
}
