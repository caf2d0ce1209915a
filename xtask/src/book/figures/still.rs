//! One frame as a picture that does not move.

use super::escaped;
use super::model::{Block, Figure};
use std::fmt::{self, Write};

/// Units of the picture; the page scales it.
const WIDTH: usize = 400;
const LINE: usize = 16;
const ROW: usize = 26;
/// Lines of source above the current one, and below.
const AROUND: usize = 3;
/// Where the boxes of a row begin.
const LEFT: usize = 130;

/// The frame that the figure names, as inline SVG without an empty line.
pub(super) fn svg(figure: &Figure) -> Result<String, fmt::Error> {
    let story = &figure.stories[figure.still.0];
    let frame = &story.frames[figure.still.1];
    let mut drawn = String::new();
    let mut y = LINE;
    for words in wrapped(&frame.said, 58) {
        writeln!(drawn, "<text x=\"4\" y=\"{y}\" class=\"said\">{}</text>", escaped(&words))?;
        y += LINE;
    }
    let near = frame.line.unwrap_or(0).saturating_sub(AROUND);
    for (at, line) in figure.code.iter().enumerate().skip(near).take(2 * AROUND + 1) {
        let here = frame.line == Some(at);
        let (mark, class) = if here { ("▶ ", "code here") } else { ("  ", "code") };
        writeln!(
            drawn,
            "<text x=\"4\" y=\"{y}\" class=\"{class}\" xml:space=\"preserve\">{mark}{}</text>",
            escaped(line)
        )?;
        y += LINE - 4;
    }
    y += LINE / 2;
    for (title, row) in story.titles.iter().zip(&frame.rows) {
        writeln!(drawn, "<text x=\"4\" y=\"{}\" class=\"title\">{}</text>", y + 12, escaped(title))?;
        y += boxes(&mut drawn, row, y)?;
    }
    let label = escaped(&format!("{}: {}, step {}", figure.title, story.title, figure.still.1 + 1));
    Ok(format!(
        "<svg viewBox=\"0 0 {WIDTH} {y}\" role=\"img\" aria-label=\"{label}\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         {drawn}</svg>\n"
    ))
}

/// Draws a row, in as many lines as it needs; returns its height.
fn boxes(drawn: &mut String, row: &[Block], top: usize) -> Result<usize, fmt::Error> {
    let (mut x, mut y) = (LEFT, top);
    for block in row {
        let width = 8 + 7 * block.text.chars().count();
        if x > LEFT && x + width > WIDTH {
            (x, y) = (LEFT, y + ROW);
        }
        let class = if block.is_new { "block new" } else { "block" };
        writeln!(
            drawn,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"18\" rx=\"3\" class=\"{class}\"/>\
             <text x=\"{}\" y=\"{}\" class=\"in-block\">{}</text>",
            x + 4,
            y + 13,
            escaped(&block.text)
        )?;
        x += width + 4;
    }
    Ok(y - top + ROW)
}

/// The words in lines of at most `most` characters.
fn wrapped(words: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].chars().count() + 1 + word.chars().count() > most {
            lines.push(word.to_owned());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines
}
