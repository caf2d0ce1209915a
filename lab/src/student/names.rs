//! What a word on the command line means: an exercise, a lesson, all of them, or the checks of a lesson program.

use lab::{Exercise, Suite};

use super::session::{Session, Trouble};
use super::text;

/// What is to be listed or checked.
#[derive(Debug)]
pub enum Named {
    /// An exercise, perhaps with one of its checks.
    Exercise(&'static Exercise, Option<String>),
    /// The exercises of a lesson, or all.
    Several(Vec<&'static Exercise>),
    /// A lesson program's checks, perhaps one of them.
    Suite(&'static Suite, Option<String>),
}

/// What `word` means.
///
/// # Errors
/// [`Trouble::Use`] for a name that there is not, with the nearest ones.
pub fn find(session: &Session, word: &str) -> Result<Named, Trouble> {
    if let Some(exercise) = lab::exercise(as_name(word)) {
        return Ok(Named::Exercise(exercise, None));
    }
    if word == "all" {
        return Ok(Named::Several(lab::exercises().collect()));
    }
    if let Some(lesson) = lesson(word) {
        let exercises: Vec<_> = lab::exercises().filter(|exercise| exercise.lesson == lesson).collect();
        if !exercises.is_empty() {
            return Ok(Named::Several(exercises));
        }
    }
    if let Some(suite) = lab::suite(word) {
        return Ok(Named::Suite(suite, None));
    }
    if let Some((front, check)) = word.rsplit_once('.') {
        let exercise = lab::exercise(front);
        if let Some(suite) = exercise.map(|exercise| exercise.suite).or_else(|| lab::suite(front)) {
            let check =
                suite.check(check).ok_or_else(|| unknown_check(session, word, suite))?.name.to_owned();
            return Ok(match exercise {
                Some(exercise) => Named::Exercise(exercise, Some(check)),
                None => Named::Suite(suite, Some(check)),
            });
        }
    }
    Err(unknown(session, word))
}

/// The exercise that `word` names.
///
/// # Errors
/// [`Trouble::Use`] when it is none, or names several.
pub fn exercise(session: &Session, word: &str) -> Result<&'static Exercise, Trouble> {
    match find(session, word)? {
        Named::Exercise(exercise, _) => Ok(exercise),
        _ => Err(Trouble::Use(session.fill(text::ONE_EXERCISE, &[("word", &word)]))),
    }
}

/// A shell that completes names gives paths: `exercises/greet/main.rs`.
fn as_name(word: &str) -> &str {
    let word = word.trim_end_matches('/').trim_end_matches("/main.rs");
    word.trim_start_matches("./").trim_start_matches("exercises/")
}

/// `3`, `lesson3`.
fn lesson(word: &str) -> Option<u8> {
    word.strip_prefix("lesson").unwrap_or(word).parse().ok()
}

fn unknown_check(session: &Session, word: &str, suite: &Suite) -> Trouble {
    let names: Vec<&str> = suite.checks.iter().map(|check| check.name).collect();
    let values: &[(&str, &dyn std::fmt::Display)] =
        &[("word", &word), ("suite", &suite.name), ("names", &names.join(", "))];
    Trouble::Use(session.fill(text::UNKNOWN_CHECK, values))
}

fn unknown(session: &Session, word: &str) -> Trouble {
    let mut names: Vec<String> = lab::exercises().map(|exercise| exercise.name.to_owned()).collect();
    names.extend(lab::exercises().map(|exercise| format!("lesson{}", exercise.lesson)));
    names.extend(lab::suites().iter().map(|suite| suite.name.to_owned()));
    names.push("all".to_owned());
    let near = nearest(&as_name(word).to_lowercase(), &names);
    let message = if near.is_empty() { text::UNKNOWN } else { text::UNKNOWN_NEAR };
    Trouble::Use(session.fill(message, &[("word", &word), ("near", &near.join(", "))]))
}

/// Up to three names that may have been meant, the nearest first.
fn nearest<'a>(word: &str, names: &'a [String]) -> Vec<&'a str> {
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        // Who has typed the beginning, or a part, has forgotten the rest.
        let part = word.len() > 2 && (name.contains(word) || word.contains(name.as_str()));
        let steps = if part { 1 } else { distance(word, name) };
        if steps <= 1 + word.chars().count() / 3 && !near.iter().any(|(_, known)| known == name) {
            near.push((steps, name));
        }
    }
    near.sort_by_key(|(steps, _)| *steps);
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// How many letters must be put in, left out or changed to make `one` into `other` (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, another) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *another);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["greet", "echo", "udp-echo", "lesson1.server", "all"].map(str::to_owned);
        assert_eq!(nearest("gret", &names), ["greet"]);
        assert_eq!(nearest("ehco", &names), ["echo"]);
        assert_eq!(nearest("udp", &names), ["udp-echo"]);
        assert_eq!(nearest("nonsense-altogether", &names), [""; 0]);
        assert_eq!((distance("", "abc"), distance("abc", "abc"), distance("abc", "acb")), (3, 0, 2));
    }
}
