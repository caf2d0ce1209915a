//! The quizzes: their form is checked when the book is built; here is what a build cannot know.

use crate::run::{commands, run_all};
use crate::text::{chapters, fences};

/// A question, as it stands in a `quiz` block.
struct Question {
    asked: String,
    /// What is run to see that the answer is right, and what it prints.
    shown: Option<(String, Vec<String>)>,
}

fn questions(chapter: &str) -> Vec<Question> {
    let mut found: Vec<Question> = Vec::new();
    for (_, block) in fences(chapter).into_iter().filter(|(language, _)| *language == "quiz") {
        for line in block.lines() {
            if let Some(asked) = line.strip_prefix("## ") {
                found.push(Question { asked: asked.to_string(), shown: None });
            }
            let question = found.last_mut().unwrap_or_else(|| panic!("no question before `{line}`"));
            if let Some(command) = line.strip_prefix("$ ") {
                question.shown = Some((command.to_string(), Vec::new()));
            }
            if let Some((words, (_, shown))) = line.strip_prefix("> ").zip(question.shown.as_mut()) {
                shown.push(words.to_string());
            }
        }
    }
    found
}

/// A complete chapter asks four to six questions, and half of them ask why or what happens.
pub fn complete(name: &str, section: &str) {
    let asked: Vec<String> = questions(section).into_iter().map(|question| question.asked).collect();
    assert!((4..=6).contains(&asked.len()), "{name}: {} questions", asked.len());
    let deep = ["why", "what happens", "what does", "what do", "how many", "which"];
    let deep = asked.iter().filter(|asked| deep.iter().any(|word| asked.to_lowercase().contains(word)));
    assert!(
        deep.count() * 2 >= asked.len(),
        "{name}: half of the questions ask why or what happens: {asked:?}"
    );
}

/// An answer that can be run is run.
#[test]
fn answers_are_shown_by_commands() {
    let shown = |chapter: &str| questions(chapter).into_iter().filter_map(|question| question.shown);
    let chapters = chapters();
    let all = chapters.iter().flat_map(|(_, chapter)| shown(chapter));
    let printed_by = run_all(all.flat_map(|(command, _)| commands(&command)).collect());
    let mut answers = 0;
    for (name, chapter) in &chapters {
        for question in questions(chapter) {
            let Some((command, expected)) = question.shown else { continue };
            let words = commands(&command);
            assert_eq!(words.len(), 1, "{name}: `{command}` is no command of this book");
            let printed = printed_by[&words[0]].as_ref();
            let (printed, status) = printed.unwrap_or_else(|error| panic!("{name}: {command}: {error}"));
            assert!(status.success() && !expected.is_empty(), "{name}: {command}: {printed}");
            for words in expected {
                assert!(
                    printed.contains(&words),
                    "{name}: {}: `{words}` is not in:\n{printed}",
                    question.asked
                );
            }
            answers += 1;
        }
    }
    assert!(answers > 0, "no answer of a quiz is run");
}
