//! Our own blocks in a chapter: a fence whose language is a directive.
//!
//! - `quiz`: questions, see [`quiz`];
//! - `exercises 5`: the exercises of lesson 5, see [`exercises`];
//! - `points 5`: the same as a table with their points, see [`exercises`];
//! - `bench hello`: the table that `cargo xtask bench hello` wrote, see [`mod@bench`];
//! - `errata`: the errata of all chapters, see [`errata`];
//! - `figure select-loop`: a figure to step through, see [`figures`].
//!
//! They become plain HTML that is right without scripts; a script of the book makes more of it.

use super::{bench, errata, exercises, figures, quiz};
use anyhow::{Context, Result};
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use pulldown_cmark::{Parser, html};

/// Expands the directives of all chapters.
pub(super) struct Directives;

impl Preprocessor for Directives {
    fn name(&self) -> &str {
        "netkit-directives"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let mut result = Ok(());
        let chapters: Vec<(String, String)> = book
            .iter()
            .filter_map(|item| match item {
                BookItem::Chapter(chapter) => {
                    Some((chapter.path.as_ref()?.display().to_string(), chapter.content.clone()))
                }
                _ => None,
            })
            .collect();
        book.for_each_chapter_mut(|chapter| {
            let expanded =
                expand(&chapter.content, &chapters).with_context(|| format!("in {}", chapter.name));
            match expanded {
                Ok(content) => chapter.content = content,
                Err(error) if result.is_ok() => result = Err(error),
                Err(_) => {}
            }
        });
        result.map(|()| book)
    }
}

/// The chapter with HTML in the place of each directive.
fn expand(chapter: &str, chapters: &[(String, String)]) -> Result<String> {
    let mut text = String::new();
    let mut lines = chapter.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            text += line;
            text.push('\n');
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let words: Vec<&str> = language.split_whitespace().collect();
        match words[..] {
            ["quiz"] => text += &quiz::html(&block.join("\n"))?,
            ["exercises", lesson] => text += &exercises::html(lesson)?,
            ["points", lesson] => text += &exercises::points(lesson)?,
            ["errata"] => text += &errata::page(chapters)?,
            ["bench", subject] => text += &bench::table(subject)?,
            ["figure", name] => text += &figures::html(name)?,
            _ => {
                text += &format!("{line}\n");
                moved_left(&block).for_each(|line| text += &format!("{line}\n"));
                text += "```\n";
            }
        }
    }
    Ok(text)
}

/// Lines without the indentation that all of them have: what was taken out of an `impl` begins at the margin.
fn moved_left<'a>(block: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let written = block.iter().filter(|line| !line.trim().is_empty());
    let indent = written.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    block.iter().map(move |line| line.get(indent..).unwrap_or(""))
}

/// Markdown as HTML that can stand in a block of HTML: there is no empty line in it.
pub(super) fn rendered(markdown: &str) -> String {
    let mut text = String::new();
    html::push_html(&mut text, Parser::new(markdown));
    text.trim_end().replace("\n\n", "\n&#10;")
}

/// The same for a piece of a line, without the paragraph around it.
///
/// # Errors
/// When it is something else: `5.` begins a list.
pub(super) fn rendered_line(markdown: &str) -> Result<String> {
    let text = rendered(markdown);
    let inner = text.strip_prefix("<p>").and_then(|text| text.strip_suffix("</p>"));
    Ok(inner.with_context(|| format!("`{markdown}` is no piece of a line but {text}"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn what_was_inside_begins_at_the_margin() {
        let chapter = "```rust\n    fn a() {\n\n        b();\n    }\n```\n";
        assert_eq!(expand(chapter, &[]).unwrap(), "```rust\nfn a() {\n\n    b();\n}\n```\n");
    }

    #[test]
    fn other_blocks_stay_as_they_are() {
        let chapter = "# A\n\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n\ntext\n";
        assert_eq!(expand(chapter, &[]).unwrap(), chapter);
    }

    #[test]
    fn the_exercises_of_a_lesson_are_listed() {
        let html = expand("```exercises 1\n```\n", &[]).unwrap();
        assert!(html.contains("<code>greet</code>") && html.contains("cargo lab check greet"), "{html}");
        assert!(expand("```exercises 9\n```\n", &[]).is_err());
    }
}
