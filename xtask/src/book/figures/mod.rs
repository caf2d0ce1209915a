//! Figures that a reader can step through: `figure select-loop`, `byte-stream`,
//! `process-pool`.
//!
//! 1. a lesson's program writes a recording, kept in `book/recordings` ([`recording`]);
//! 2. its records become frames, each complete in itself ([`model`]);
//! 3. the page gets a picture of one frame ([`still`]), a table of all of them, and the frames as
//!    JSON for the script that draws them (`theme/figures.js`); nothing of it needs a network.

mod byte_stream;
mod model;
mod process_pool;
mod recording;
mod select_loop;
mod still;

use anyhow::{Context, Result, bail, ensure};
use model::{Figure, Story};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// The figure as HTML.
///
/// # Errors
/// When there is no such figure, or its recording or source has changed too much.
pub(super) fn html(name: &str) -> Result<String> {
    let figure = match name {
        byte_stream::NAME => byte_stream::figure()?,
        process_pool::NAME => process_pool::figure()?,
        select_loop::NAME => select_loop::figure()?,
        _ => bail!("there is no figure `{name}`"),
    };
    Ok(page(&figure)?)
}

/// `cargo xtask figure NAME TRACE`: frames of a reader's own trace, as the page's script reads them.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which figure: select-loop.
    name: String,
    /// A file that `--trace-out` wrote.
    trace: PathBuf,
}

/// Prints the frames as JSON.
///
/// # Errors
/// When the figure takes no trace, or the trace cannot be read or tells another story.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let name = &*options.name;
    ensure!(name == select_loop::NAME, "frames are made for `{}` only, not for `{name}`", select_loop::NAME);
    let file = options.trace.display();
    let trace = fs::read_to_string(&options.trace).with_context(|| format!("cannot read {file}"))?;
    let figure = select_loop::of_trace(&trace).with_context(|| format!("{file}"))?;
    crate::say(figure.to_json())?;
    Ok(ExitCode::SUCCESS)
}

fn page(figure: &Figure) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let title = escaped(figure.title);
    // A line break in an attribute: an empty line may not stand here, a character reference may.
    let own = escaped(figure.own).replace('\n', "&#10;");
    writeln!(text, "<figure class=\"steps\" data-name=\"{}\" data-own=\"{own}\">", figure.name)?;
    writeln!(text, "<figcaption><strong>{title}</strong></figcaption>")?;
    text += "<div class=\"steps-still\">\n";
    text += &still::svg(figure)?;
    for story in &figure.stories {
        text += &table(story, &figure.code)?;
    }
    text += "</div>\n";
    // `<` would end the script, or begin a comment in it.
    let json = figure.to_json().to_string().replace('<', "\\u003c");
    writeln!(text, "<script type=\"application/json\">{json}</script>\n</figure>")?;
    Ok(text)
}

/// All frames of a story, for who has no script, and for paper.
fn table(story: &Story, code: &[String]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(text, "<p><strong>{}.</strong> {}", escaped(story.title), escaped(story.about))?;
    writeln!(text, "Recorded with <code>{}</code>.</p>", escaped(&story.command))?;
    text += "<div class=\"table-wrapper\"><table><thead><tr><th>Step</th><th>What happens</th>";
    if !code.is_empty() {
        text += "<th>Line</th>";
    }
    for title in &story.titles {
        write!(text, "<th>{}</th>", escaped(title))?;
    }
    text += "</tr></thead><tbody>\n";
    for (at, frame) in story.frames.iter().enumerate() {
        write!(text, "<tr><td>{}</td><td>{}</td>", at + 1, escaped(&frame.said))?;
        if !code.is_empty() {
            let line = frame.line.map(|line| code[line].trim()).unwrap_or("");
            write!(text, "<td><code>{}</code></td>", escaped(line))?;
        }
        for row in 0..story.titles.len() {
            write!(text, "<td>{}</td>", escaped(&frame.words(row)))?;
        }
        text += "</tr>\n";
    }
    text += "</tbody></table></div>\n";
    Ok(text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// 1 byte, 12,345 bytes.
fn counted(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{} bytes", grouped(bytes)) }
}

/// 12,345.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
