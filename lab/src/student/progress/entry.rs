//! One line of the progress: `greet: passed, 6 of 6 points, 3 checks, 2 hints, solution seen`.

use std::fmt;

/// What is known of an exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// All checks have passed, once at least: that is never taken back.
    pub passed: bool,
    /// The points of the last check, and those it could have earned.
    pub points: (u32, u32),
    /// How often it was checked.
    pub checks: u32,
    /// How many hints are open.
    pub hints: usize,
    /// Whether the solution was shown before it was passed.
    pub gave_up: bool,
}

impl Entry {
    /// The entry in a line with its exercise; none when the line is damaged.
    pub fn parse(line: &str) -> Option<(String, Entry)> {
        let (name, words) = line.split_once(": ")?;
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(is_name) {
            return None;
        }
        let mut entry = Entry::default();
        for part in words.trim_end().split(", ") {
            let words: Vec<&str> = part.split(' ').collect();
            match words[..] {
                ["passed"] => entry.passed = true,
                ["begun"] => entry.passed = false,
                [points, "of", possible, "points"] => {
                    entry.points = (points.parse().ok()?, possible.parse().ok()?);
                }
                [count, "checks"] => entry.checks = count.parse().ok()?,
                [count, "hints"] => entry.hints = count.parse().ok()?,
                ["gave", "up"] => entry.gave_up = true,
                _ => return None,
            }
        }
        Some((name.to_owned(), entry))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.passed { "passed" } else { "begun" })?;
        if self.points.1 > 0 {
            write!(out, ", {} of {} points", self.points.0, self.points.1)?;
        }
        for (count, unit) in [(self.checks as usize, "checks"), (self.hints, "hints")] {
            if count > 0 {
                write!(out, ", {count} {unit}")?;
            }
        }
        if self.gave_up { out.write_str(", gave up") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Entry;

    #[test]
    fn what_is_written_is_read() {
        let full = Entry { passed: true, points: (6, 6), checks: 3, hints: 2, gave_up: true };
        for entry in [full, Entry::default()] {
            assert_eq!(Entry::parse(&format!("udp-echo: {entry}")), Some(("udp-echo".into(), entry)));
        }
    }

    #[test]
    fn half_a_line_is_damage() {
        for line in
            ["greet", "greet: pass", "greet: passed, 6 of", "gr\0et: passed", ": passed", "greet: 9 hin"]
        {
            assert_eq!(Entry::parse(line), None, "{line}");
        }
    }
}
