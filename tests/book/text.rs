//! Reading the sources of the book.

use std::fs;
use std::path::{Path, PathBuf};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(chapter: &str) -> String {
    text_of(&root().join("book/src").join(chapter))
}

/// Every page of the book: its name and its text.
pub fn chapters() -> Vec<(String, String)> {
    files("book/src", "md")
}

pub fn recordings() -> Vec<(String, String)> {
    files("book/recordings", "txt")
}

pub fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let folder = root().join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|known| known == extension));
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), text_of(path))).collect()
}

pub fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `1. text`.
pub fn numbered(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

/// The lines outside of fences.
pub fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    })
}

/// Language and text of each fenced block.
pub fn fences(text: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                inside = true;
                found.push((language, String::new()));
            }
            None => {
                if let Some((_, block)) = found.last_mut().filter(|_| inside) {
                    block.push_str(line);
                    block.push('\n');
                }
            }
        }
    }
    assert!(!inside, "a block that nobody closes");
    found
}

/// Title, id and text of each `##` section.
pub fn sections(text: &str) -> Vec<((String, String), String)> {
    let mut found: Vec<((String, String), String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        inside ^= line.starts_with("```");
        match line.strip_prefix("## ").filter(|_| !inside) {
            Some(heading) => {
                let (title, id) = heading.split_once(" {#").unwrap_or((heading, "}"));
                let id = id.trim_end_matches('}');
                found.push(((title.to_string(), id.to_string()), String::new()));
            }
            None => {
                if let Some((_, section)) = found.last_mut() {
                    section.push_str(line);
                    section.push('\n');
                }
            }
        }
    }
    found
}

/// The cells of each row of the page's tables, without head and rule.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let rule = |line: &&str| line.starts_with("|---") || line.starts_with("| ---");
    lines
        .iter()
        .enumerate()
        .filter(|(at, line)| {
            let head = lines.get(at + 1).is_some_and(rule);
            line.starts_with('|') && !rule(line) && !head
        })
        .map(|(_, line)| line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect())
        .collect()
}

/// The targets of `{{#include …}}`.
pub fn includes(text: &str) -> Vec<String> {
    let rest = text.split("{{#include ").skip(1);
    rest.filter_map(|rest| rest.split_once("}}").map(|(target, _)| target.trim().to_string())).collect()
}

/// What an include brings in: a file, an anchor of it (`:name`), or lines (`:3:7`).
pub fn included(target: &str) -> Result<String, String> {
    let (path, part) = target.split_once(':').map_or((target, None), |(path, part)| (path, Some(part)));
    let text = fs::read_to_string(root().join("book/src").join(path)).map_err(|error| error.to_string())?;
    let taken: Vec<&str> = match part {
        None => text.lines().collect(),
        Some(part) => match part.split_once(':').map(|(first, last)| (first.parse(), last.parse())) {
            Some((Ok(first), Ok(last))) => {
                let lines: Vec<&str> = text.lines().collect();
                let first: usize = first;
                lines.get(first.saturating_sub(1)..last).ok_or("the file has fewer lines")?.to_vec()
            }
            Some(_) => return Err("not two line numbers".to_string()),
            None => {
                let is = |line: &str, mark: &str| line.trim() == format!("// {mark}: {part}");
                let mut lines = text.lines().skip_while(|line| !is(line, "ANCHOR")).skip(1).peekable();
                lines.peek().ok_or_else(|| format!("no anchor {part}"))?;
                if !text.lines().any(|line| is(line, "ANCHOR_END")) {
                    return Err(format!("the anchor {part} has no end"));
                }
                lines.take_while(|line| !is(line, "ANCHOR_END")).collect()
            }
        },
    };
    if taken.iter().all(|line| line.trim().is_empty()) {
        return Err("there is nothing in it".to_string());
    }
    Ok(taken.join("\n") + "\n")
}
