//! Which part of an included file is meant: `:anchor`, `:5`, `:5:9` or all.

use std::collections::BTreeSet;

/// A part of a file.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'t> {
    /// All of it.
    Whole,
    /// From line `first` to line `last`, both counted from 1 and included.
    Lines { first: usize, last: Option<usize> },
    /// The lines between `ANCHOR: name` and `ANCHOR_END: name`.
    Anchor(&'t str),
}

/// A line and its number.
type Line<'t> = (usize, &'t str);

impl<'t> Part<'t> {
    /// Splits `server.rs:loop` as mdBook does.
    pub(super) fn parse(target: &'t str) -> (&'t str, Part<'t>) {
        let Some((path, rest)) = target.split_once(':') else {
            return (target, Part::Whole);
        };
        let mut rest = rest.split(':');
        let (first, last) = (rest.next().unwrap_or(""), rest.next());
        let last_line = last.and_then(|last| last.parse().ok());
        let part = match (first, first.parse::<usize>()) {
            ("", _) if last_line.is_none() => Part::Whole,
            ("", _) => Part::Lines { first: 1, last: last_line },
            (_, Ok(first)) => Part::Lines {
                first: first.max(1),
                // `:5` is one line, `:5:` is the rest of the file.
                last: if last.is_none() { Some(first.max(1)) } else { last_line },
            },
            (anchor, Err(_)) => Part::Anchor(anchor),
        };
        (path, part)
    }

    /// The part's lines, or what is wrong with them.
    pub(super) fn take<'f>(&self, text: &'f str) -> Result<Vec<Line<'f>>, String> {
        let all = || text.lines().enumerate().map(|(i, line)| (i + 1, line));
        let lines: Vec<_> = match *self {
            Part::Whole => all().collect(),
            Part::Lines { first, last } => {
                let count = text.lines().count();
                let last = last.unwrap_or(count);
                if first > last || last > count {
                    return Err(format!("no lines {first} to {last}: the file has {count}"));
                }
                all().skip(first - 1).take(last + 1 - first).collect()
            }
            Part::Anchor(name) => anchored(all(), name)?,
        };
        if lines.iter().all(|(_, line)| line.trim().is_empty()) {
            return Err("there is no text in it".into());
        }
        Ok(lines)
    }
}

/// The lines between the marks of anchor `name`, without marks of others.
fn anchored<'f>(lines: impl Iterator<Item = Line<'f>>, name: &str) -> Result<Vec<Line<'f>>, String> {
    let mut taken = Vec::new();
    let mut others = BTreeSet::new();
    let mut marks = Vec::new();
    for (number, line) in lines {
        match mark(line) {
            Some(mark) if mark.name() == name => marks.push(mark),
            Some(mark) => {
                others.insert(mark.name());
            }
            None if marks.len() == 1 => taken.push((number, line)),
            None => {}
        }
    }
    match marks[..] {
        [Mark::Start(_), Mark::End(_)] => Ok(taken),
        [] if others.is_empty() => Err(format!("no anchor `{name}`: the file has none")),
        [] => Err(format!("no anchor `{name}`: the file has {}", Vec::from_iter(others).join(", "))),
        _ => Err(format!("anchor `{name}` needs one `ANCHOR: {name}` and after it one `ANCHOR_END: {name}`")),
    }
}

/// A line that opens or closes an anchor.
enum Mark<'f> {
    Start(&'f str),
    End(&'f str),
}

impl<'f> Mark<'f> {
    fn name(&self) -> &'f str {
        match self {
            Mark::Start(name) | Mark::End(name) => name,
        }
    }
}

/// `// ANCHOR: name` or `// ANCHOR_END: name`, anywhere in the line.
fn mark(line: &str) -> Option<Mark<'_>> {
    let name_after = |word| {
        let rest = line.split_once(word)?.1.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
        let name = &rest[..end.unwrap_or(rest.len())];
        (!name.is_empty()).then_some(name)
    };
    match name_after("ANCHOR_END:") {
        Some(name) => Some(Mark::End(name)),
        None => name_after("ANCHOR:").map(Mark::Start),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_mdbook_parses() {
        let part = |target| Part::parse(target).1;
        assert_eq!(Part::parse("a/b.rs"), ("a/b.rs", Part::Whole));
        assert_eq!(Part::parse("b.rs:loop"), ("b.rs", Part::Anchor("loop")));
        assert_eq!(part("b.rs:"), Part::Whole);
        assert_eq!(part("b.rs:5"), Part::Lines { first: 5, last: Some(5) });
        assert_eq!(part("b.rs:5:"), Part::Lines { first: 5, last: None });
        assert_eq!(part("b.rs:5:9"), Part::Lines { first: 5, last: Some(9) });
        assert_eq!(part("b.rs::9"), Part::Lines { first: 1, last: Some(9) });
    }

    #[test]
    fn an_anchor_leaves_out_the_marks_inside_it() {
        let text = "x\n// ANCHOR: a\none\n// ANCHOR: b\ntwo\n// ANCHOR_END: b\n// ANCHOR_END: a\ny";
        assert_eq!(Part::Anchor("a").take(text).unwrap(), [(3, "one"), (5, "two")]);
        assert_eq!(Part::Anchor("b").take(text).unwrap(), [(5, "two")]);
    }

    #[test]
    fn a_bad_anchor_says_what_to_do() {
        let take = |text: &str| Part::Anchor("a").take(text).unwrap_err();
        assert_eq!(take("x"), "no anchor `a`: the file has none");
        assert_eq!(
            take("// ANCHOR: b\nx\n// ANCHOR_END: b\n// ANCHOR: ab\n"),
            "no anchor `a`: the file has ab, b"
        );
        assert!(take("// ANCHOR: a\nx").contains("ANCHOR_END: a"));
        assert!(take("// ANCHOR_END: a\nx\n// ANCHOR: a").contains("ANCHOR_END: a"));
        assert_eq!(take("// ANCHOR: a\n\n// ANCHOR_END: a"), "there is no text in it");
    }

    #[test]
    fn lines_must_exist() {
        let lines = |first, last| Part::Lines { first, last }.take("a\nb\nc");
        assert_eq!(lines(2, None).unwrap(), [(2, "b"), (3, "c")]);
        assert_eq!(lines(3, Some(9)).unwrap_err(), "no lines 3 to 9: the file has 3");
        assert!(lines(3, Some(2)).is_err());
        assert!(lines(4, None).is_err());
    }
}
