//! Every link of the built book leads to a page, file or heading of the book.
//!
//! The pages are checked, not the Markdown: what a reader clicks may come from
//! a chapter, from a file it includes or from raw HTML. The line in the
//! chapter is looked up afterwards, for the message.
//!
//! Two rules are more than that: a page loads nothing from the network, and a
//! heading's id is ASCII, so that a translation can keep it.

use super::build::Chapter;
use super::html::{self, Page};
use super::paths::{percent_decode, tidy};
use anyhow::{Context, Result};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Checks the pages in `built`; `src` has the chapters they were made of.
///
/// Each broken link is one line of the answer, `chapter.md:14: what is wrong`.
///
/// # Errors
/// When a page or a chapter cannot be read.
pub(super) fn check(src: &Path, built: &Path, chapters: &[Chapter]) -> Result<Vec<String>> {
    let mut pages = HashMap::new();
    // mdBook writes the first chapter once more, as the index.
    for page in chapters.iter().map(|chapter| &*chapter.page).chain([Path::new("index.html")]) {
        let file = built.join(page);
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read the page {}", file.display()))?;
        pages.insert(page.to_path_buf(), html::read(&text));
    }
    let site = Site { built, pages };

    let mut problems = Vec::new();
    for chapter in chapters {
        let source = fs::read_to_string(src.join(&chapter.source))
            .with_context(|| format!("cannot read the chapter {}", chapter.source.display()))?;
        let page = &site.pages[&chapter.page];
        for link in &page.links {
            if let Err(problem) = site.follow(&chapter.page, &link.address, link.loads) {
                let place = place(&chapter.source, &source, &link.address);
                problems.push(format!("{place}: link `{}` {problem}", link.address));
            }
        }
        for id in page.headings.iter().filter(|id| !id.is_ascii()) {
            problems.push(format!(
                "{}: heading `{id}` needs an ASCII id: write {{#name}} after it",
                chapter.source.display()
            ));
        }
    }
    Ok(problems)
}

/// The built book.
struct Site<'a> {
    built: &'a Path,
    pages: HashMap<PathBuf, Page>,
}

impl Site<'_> {
    /// Follows one address from `page`, or says why it leads nowhere.
    fn follow(&self, page: &Path, address: &str, loads: bool) -> Result<(), String> {
        if has_scheme(address) || address.starts_with("//") {
            return match loads && !address.starts_with("data:") {
                true => Err("is fetched from the network: the book must work without one".into()),
                false => Ok(()),
            };
        }
        let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let decode = |text| percent_decode(text).ok_or("is not a well-formed address");
        let (path, fragment) = (decode(path)?, decode(fragment)?);

        let target = if path.is_empty() {
            page.to_path_buf()
        } else if path.starts_with('/') {
            return Err("starts with /: write it relative to the chapter".into());
        } else {
            tidy(&page.with_file_name("").join(path))
        };
        if target.starts_with("..") {
            return Err("leaves the book: a reader of the built book has no such file".into());
        }
        if !self.built.join(&target).is_file() {
            return Err(format!(
                "leads nowhere: there is no {} in the book (a chapter must be in SUMMARY.md)",
                target.display()
            ));
        }
        match self.pages.get(&target) {
            Some(page) if !fragment.is_empty() && !page.ids.contains(&fragment) => Err(format!(
                "leads nowhere: {} has no heading `{fragment}`, only {}",
                target.display(),
                page.headings.join(", ")
            )),
            _ => Ok(()),
        }
    }
}

/// `https:`, `mailto:` and the like.
fn has_scheme(address: &str) -> bool {
    address.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    })
}

/// `chapter.md:14`, if the address can be found in the chapter.
fn place(chapter: &Path, source: &str, address: &str) -> String {
    // mdBook has turned `x.md` into `x.html`.
    let written = [address.replacen(".html", ".md", 1), address.to_owned()];
    let line = source.lines().position(|line| {
        written.iter().any(|written| {
            line.match_indices(&**written).any(|(at, found)| {
                // `x.md#how` must not be found in `x.md#however`.
                let next = line[at + found.len()..].chars().next();
                next.is_none_or(|c| ")\"'<> \t]".contains(c))
            })
        })
    });
    match line {
        Some(line) => format!("{}:{}", chapter.display(), line + 1),
        None => format!("{} (in text it includes?)", chapter.display()),
    }
}
