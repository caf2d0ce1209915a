//! Every `{{#include file:part}}` of the book finds its file and its part.
//!
//! mdBook puts nothing in the place of an unknown anchor, and logs nothing.
//! The rules here are mdBook's, with two additions: a part must have text in
//! it, and an anchor that is opened must be closed.

mod directive;
mod part;

use super::build::Chapter;
use super::paths::tidy;
use directive::{Directive, directives};
use part::Part;
use std::fs;
use std::path::Path;

/// mdBook stops here too.
const DEEPEST_NESTING: usize = 10;

/// Checks the chapters, which are files below `src`.
///
/// Each broken place is one line of the answer, `chapter.md:14: what is wrong`.
pub(super) fn check(src: &Path, chapters: &[Chapter]) -> Vec<String> {
    let mut check = Check { src, problems: Vec::new() };
    for chapter in chapters {
        match fs::read_to_string(src.join(&chapter.source)) {
            Ok(text) => {
                let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
                check.lines(&chapter.source, lines, 0);
            }
            Err(error) => {
                check.problems.push(format!("{}: cannot be read: {error}", chapter.source.display()))
            }
        }
    }
    check.problems
}

/// One run over the book.
struct Check<'a> {
    src: &'a Path,
    problems: Vec<String>,
}

impl Check<'_> {
    /// Looks for directives in numbered lines of `file`.
    fn lines<'t>(&mut self, file: &Path, lines: impl IntoIterator<Item = (usize, &'t str)>, depth: usize) {
        for (number, line) in lines {
            for directive in directives(line) {
                if let Err(problem) = self.directive(file, &directive, depth) {
                    let file = file.display();
                    self.problems.push(format!("{file}:{number}: {problem}"));
                }
            }
        }
    }

    /// Checks one directive, and what it brings in.
    fn directive(&mut self, file: &Path, directive: &Directive, depth: usize) -> Result<(), String> {
        let (name, target) = match directive {
            Directive::Known { name, target, .. } => (*name, *target),
            // Code that a chapter includes may have any braces it likes.
            Directive::Broken(_) if depth > 0 => return Ok(()),
            Directive::Broken(text) => {
                return Err(format!(
                    "`{text}` is not a directive that mdBook knows (write \\{{{{#… to show one as it is)"
                ));
            }
        };
        if depth == DEEPEST_NESTING {
            return Err(format!("{{{{#{name} {target}}}}}: does this file include itself?"));
        }
        // Only includes have parts; a playground is a whole file.
        let (path, part) = match name {
            "playground" => (target, Part::Whole),
            _ => Part::parse(target),
        };
        let included = tidy(&file.with_file_name("").join(path));
        let text = fs::read_to_string(self.src.join(&included)).map_err(|error| {
            format!("{{{{#{name} {target}}}}}: cannot read {}: {error}", included.display())
        })?;
        let lines = part.take(&text).map_err(|problem| format!("{{{{#{name} {target}}}}}: {problem}"))?;
        self.lines(&included, lines, depth + 1);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
