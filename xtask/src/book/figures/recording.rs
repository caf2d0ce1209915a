//! What a figure is made of: a recording, and lines of a lesson's source.

use crate::workspace;
use anyhow::{Context, Result, ensure};
use netkit::trace::Record;
use std::fs;

/// The recording `book/recordings/NAME.jsonl`.
///
/// # Errors
/// When it is not there, or a line of it is not as `--trace-out` writes it.
pub(super) fn read(name: &str) -> Result<Vec<Record>> {
    let file = workspace::root().join("book/recordings").join(name).with_extension("jsonl");
    let text = fs::read_to_string(&file)
        .with_context(|| format!("cannot read {} (`cargo xtask record` writes it)", file.display()))?;
    parse(&text).with_context(|| file.display().to_string())
}

/// The records of a trace, one a line.
pub(super) fn parse(text: &str) -> Result<Vec<Record>> {
    let records = text.lines().enumerate().map(|(at, line)| {
        let record: Record =
            serde_json::from_str(line).with_context(|| format!("line {} is no record of a trace", at + 1))?;
        ensure!(record.v == 1, "line {}: version {} of the format, not 1", at + 1, record.v);
        Ok(record)
    });
    records.collect()
}

/// The lines between `// ANCHOR: name` and its end in a file of the workspace, without the indent
/// that all of them have.
///
/// # Errors
/// When the file or the anchor is not there.
pub(super) fn source(path: &str, anchor: &str) -> Result<Vec<String>> {
    let text =
        fs::read_to_string(workspace::root().join(path)).with_context(|| format!("cannot read {path}"))?;
    let is = |line: &&str, mark: &str| line.trim() == format!("// {mark}: {anchor}");
    let inside = text.lines().skip_while(|line| !is(line, "ANCHOR")).skip(1);
    let lines: Vec<&str> = inside.take_while(|line| !is(line, "ANCHOR_END")).collect();
    ensure!(!lines.is_empty(), "{path} has no anchor {anchor}");
    let indent = |line: &&&str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !line.is_empty()).map(|line| indent(&line)).min().unwrap_or(0);
    Ok(lines.iter().map(|line| line.get(common..).unwrap_or("").to_owned()).collect())
}

/// The first line that contains `words`.
///
/// # Errors
/// When there is none: the source has changed, and the figure has to follow.
pub(super) fn line_with(code: &[String], words: &str) -> Result<usize> {
    code.iter().position(|line| line.contains(words)).with_context(|| format!("no line has `{words}`"))
}
