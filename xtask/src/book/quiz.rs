//! A quiz: questions, choices, and an explanation for each choice.
//!
//! ````text
//! ```quiz
//! ## What does `recv` return at the end of a stream?
//!
//! - [ ] An error.
//!   *The end is an error.* It is the normal way to finish.
//! - [x] Zero bytes.
//!   Right. Again and again, at once.
//!
//! $ cargo run --bin lesson1 api
//! > recv after the end: 0 bytes
//! ```
//! ````
//!
//! `$` names a command whose output shows that the answer is right, `>` words of its output; a test runs it. A wrong choice
//! begins with the misconception's name. Without a script each choice can be opened; on paper the answers stand at the end.

use super::directives::{rendered, rendered_line};
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write;

/// A question with its choices.
#[derive(Debug, Default, PartialEq)]
struct Question {
    text: String,
    choices: Vec<Choice>,
    /// A command that shows the answer.
    command: Option<String>,
}

#[derive(Debug, Default, PartialEq)]
struct Choice {
    right: bool,
    text: String,
    explanation: String,
}

/// The quiz as HTML.
///
/// # Errors
/// Names the question in which something is missing.
pub(super) fn html(block: &str) -> Result<String> {
    let questions = parse(block)?;
    let mut text = String::from("<div class=\"quiz\">\n");
    let mut answers = String::new();
    for (number, question) in questions.iter().enumerate().map(|(place, question)| (place + 1, question)) {
        writeln!(
            text,
            "<div class=\"question\" data-number=\"{number}\">\n<p class=\"asked\"><strong>{number}. {}</strong></p>",
            rendered_line(&question.text)?
        )?;
        for (choice, letter) in question.choices.iter().zip('A'..) {
            let right = if choice.right { " data-right=\"yes\"" } else { "" };
            writeln!(
                text,
                "<details class=\"choice\"{right}><summary>{letter}. <span>{}</span></summary>\n{}\n</details>",
                rendered_line(&choice.text)?,
                rendered(&choice.explanation)
            )?;
            if choice.right {
                write!(answers, " {number}{letter}")?;
            }
        }
        if let Some(command) = &question.command {
            writeln!(text, "<p class=\"shown-by\">See for yourself: <code>{}</code></p>", escaped(command))?;
        }
        text += "</div>\n";
    }
    writeln!(text, "<p class=\"answers\">Answers:{answers}</p>\n</div>")?;
    Ok(text)
}

fn parse(block: &str) -> Result<Vec<Question>> {
    let mut questions: Vec<Question> = Vec::new();
    for line in block.lines() {
        if let Some(text) = line.strip_prefix("## ") {
            questions.push(Question { text: text.to_owned(), ..Question::default() });
            continue;
        }
        let question = questions.last_mut().context("a quiz begins with a question: `## …`")?;
        if let Some((mark, text)) = line.strip_prefix("- [").and_then(|rest| rest.split_once("] ")) {
            let right = match mark {
                "x" => true,
                " " => false,
                other => bail!("a choice begins with `- [ ]` or `- [x]`, not with `- [{other}]`"),
            };
            question.choices.push(Choice { right, text: text.to_owned(), ..Choice::default() });
        } else if let Some(command) = line.strip_prefix("$ ") {
            question.command = Some(command.to_owned());
        } else if let (Some(text), Some(choice)) = (line.strip_prefix("  "), question.choices.last_mut()) {
            choice.explanation += text;
            choice.explanation.push('\n');
        } else if question.choices.is_empty() && !line.is_empty() {
            // A long question goes on in the next line.
            question.text += " ";
            question.text += line;
        } else {
            // What the command shows is for the test.
            ensure!(line.is_empty() || line.starts_with("> "), "a quiz does not know `{line}`");
        }
    }
    questions.iter().try_for_each(complete)?;
    Ok(questions)
}

fn complete(question: &Question) -> Result<()> {
    let asked = &question.text;
    ensure!(question.choices.len() >= 3, "three choices at least: {asked}");
    let right = question.choices.iter().filter(|choice| choice.right).count();
    ensure!(right == 1, "one right choice, not {right}: {asked}");
    for choice in &question.choices {
        let begin = if choice.right { "Right" } else { "*" };
        let fits = choice.explanation.starts_with(begin);
        ensure!(fits, "`{}` has an explanation that begins with `{begin}`: {asked}", choice.text);
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::html;

    const QUIZ: &str = "## Why\n`a < b`?\n\n- [ ] One `x`.\n  *Ones.* No.\n- [x] Two.\n  Right. Yes,\n  really.\n- [ ] Three.\n  \
                        *Threes.* No.\n\n$ cargo run --bin lesson1 a && b\n> words";

    #[test]
    fn a_quiz_is_html_without_an_empty_line() {
        let html = html(QUIZ).unwrap();
        assert!(html.contains("<strong>1. Why <code>a &lt; b</code>?</strong>"), "{html}");
        assert!(
            html.contains("<details class=\"choice\"><summary>A. <span>One <code>x</code>.</span>"),
            "{html}"
        );
        let right = "<details class=\"choice\" data-right=\"yes\"><summary>B. <span>Two.</span></summary>\n<p>Right. Yes,\nreally.</p>";
        assert!(html.contains(right), "{html}");
        assert!(html.contains("<code>cargo run --bin lesson1 a &amp;&amp; b</code>"), "{html}");
        assert!(html.contains("Answers: 1B") && !html.contains("words") && !html.contains("\n\n"), "{html}");
    }

    #[test]
    fn what_is_missing_is_told() {
        let problem = |block: &str| html(block).unwrap_err().to_string();
        assert!(problem("text").contains("begins with a question"));
        assert!(
            problem(&QUIZ.replace("[x]", "[ ]")).contains("explanation that begins with")
                || problem(&QUIZ.replace("[x]", "[ ]")).contains("one right choice, not 0")
        );
        assert!(problem(&QUIZ.replace("*Ones.* ", "")).contains("`One `x`.` has an explanation"));
        assert!(problem("## Why\n- [x] One\n  Right.").contains("three choices at least: Why"));
        assert!(problem(&QUIZ.replace("Two.", "2.")).contains("`2.` is no piece of a line but <ol"));
    }
}
