//! How a program with one mistake is tried.

use std::time::Duration;

use lab::{Command, Options, Suite};

/// The check that is meant for a program catches it, with the words that are meant for it. `header` gives what the program's
/// file says of itself: `caught by:` the check, `says:` the words, and perhaps `deadline:` in seconds.
///
/// It is caught by what it does, unless it has a deadline, and is caught by what it does not do. Then a busy machine can be
/// late too, and say other words: it gets a second try, with four times the time.
pub fn must_be_caught(
    suite: &'static Suite,
    command: &Command,
    header: impl Fn(&str) -> Option<String>,
) -> Result<(), String> {
    let asked = |key: &str| header(key).ok_or_else(|| format!("the header `{key}` is missing"));
    let (check, says) = (asked("caught by:")?, asked("says:")?);
    let check = suite.check(&check).ok_or_else(|| format!("there is no check `{check}`"))?;
    let deadlines = match header("deadline:").map(|seconds| seconds.parse::<u64>()) {
        None => vec![Options::patient().deadline],
        Some(Ok(seconds)) => [1, 4].map(|tries| Duration::from_secs(tries * seconds)).to_vec(),
        Some(Err(_)) => return Err("its deadline is no number".to_owned()),
    };
    let mut other_words = String::new();
    for deadline in deadlines {
        let report =
            suite.run(command, &Options { only: Some(check.name.into()), deadline, ..Options::default() });
        let Some(failure) = report.outcomes.first().and_then(|outcome| outcome.failure.as_ref()) else {
            return Err(format!("{} did not catch it:\n{report}", check.name));
        };
        other_words = failure.to_string();
        if other_words.contains(&says) {
            return Ok(());
        }
    }
    Err(format!("{} caught it, but not with the words `{says}`:\n{other_words}", check.name))
}
