//! What the book promises about itself.
//!
//! A chapter that is complete has all its sections, in order. What it shows comes from a file: code
//! by anchors, transcripts from `book/recordings`. A command that it names exists. The table of
//! claims is run.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod claims;
#[path = "../common/mod.rs"]
mod common;
mod quiz;
#[cfg(target_os = "linux")] // where the recordings were made
mod recordings;
mod run;
mod talks;
mod teacher;
mod text;
#[cfg(target_os = "linux")]
mod traces;

use std::collections::BTreeSet;
use std::fs;

use run::{commands, run_all};
use text::{chapters, fences, included, includes, numbered, prose, read, recordings, root, rows, sections};

/// Chapters with all thirteen sections. The others say what they lack.
const COMPLETE: [&str; 8] = [
    "lesson1.md",
    "lesson2.md",
    "lesson3.md",
    "lesson4.md",
    "lesson5.md",
    "lesson6.md",
    "lesson7.md",
    "lesson8.md",
];

const SECTIONS: [(&str, &str); 13] = [
    ("Card", "card"),
    ("Predict", "predict"),
    ("Try it", "try-it"),
    ("What you saw", "what-you-saw"),
    ("How it works", "how-it-works"),
    ("Line by line", "line-by-line"),
    ("What can go wrong", "what-can-go-wrong"),
    ("Python and Rust", "python-and-rust"),
    ("Measure it", "measure-it"),
    ("Exercises", "exercises"),
    ("Quiz", "quiz"),
    ("Recall", "recall"),
    ("Further", "further"),
];

#[test]
fn complete_chapters_have_every_section_in_order() {
    for name in COMPLETE {
        let chapter = read(name);
        let found: Vec<(String, String)> = sections(&chapter).into_iter().map(|(head, _)| head).collect();
        let wanted = SECTIONS.map(|(title, id)| (title.to_string(), id.to_string()));
        assert_eq!(found, wanted, "the second-level headings of {name}");
    }
}

#[test]
fn other_chapters_keep_the_order() {
    for (name, chapter) in chapters().into_iter().filter(|(name, _)| name.starts_with("lesson")) {
        let places = sections(&chapter).into_iter().map(|((title, id), _)| {
            let known = SECTIONS.iter().position(|known| *known == (title.as_str(), id.as_str()));
            known.unwrap_or_else(|| panic!("{name}: `## {title} {{#{id}}}` is no section of a chapter"))
        });
        let places: Vec<usize> = places.collect();
        assert!(places.is_sorted_by(|a, b| a < b), "{name}: sections in another order: {places:?}");
        let missing = SECTIONS.iter().enumerate().filter(|(place, _)| !places.contains(place));
        for (_, (title, _)) in missing {
            assert!(chapter.contains(&format!("*{title}*")), "{name} does not say that *{title}* is missing");
        }
    }
}

#[test]
fn every_heading_has_an_ascii_id_of_its_own() {
    for (name, chapter) in chapters().into_iter().filter(|(name, _)| name != "SUMMARY.md") {
        let mut seen = BTreeSet::new();
        for line in prose(&chapter).filter(|line| line.starts_with('#')) {
            let id = line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once("{#"));
            let Some((_, id)) = id else { panic!("{name}: `{line}` has no {{#id}}") };
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(!id.is_empty() && id.chars().all(plain), "{name}: `{line}`: the id is not plain ASCII");
            assert!(seen.insert(id), "{name}: two headings have the id {id}");
        }
    }
}

#[test]
fn a_complete_chapter_keeps_its_measure() {
    for name in COMPLETE {
        let chapter = read(name);
        let text = |id: &str| {
            let section = sections(&chapter).into_iter().find(|((_, known), _)| known == id);
            section.unwrap_or_else(|| panic!("{name} has no {id}")).1
        };
        let outcomes = text("card").lines().filter(|line| numbered(line)).count();
        assert_eq!(outcomes, 3, "{name}: the card has three outcomes");
        let words = text("how-it-works").split_whitespace().filter(|word| !word.starts_with("<!--")).count();
        assert!(words <= 400, "{name}: How it works has {words} words, more than 400");
        let failures = text("what-can-go-wrong").matches("**Symptom:**").count();
        assert!((3..=5).contains(&failures), "{name}: {failures} failures, not three to five");
        for (what, count) in [("**Cause:**", failures), ("**Cure:**", failures)] {
            assert_eq!(text("what-can-go-wrong").matches(what).count(), count, "{name}: {what}");
        }
        quiz::complete(name, &text("quiz"));
        let history = text("further").lines().filter(|line| numbered(line)).count();
        assert_eq!(history, 5, "{name}: history in five lines");
    }
}

#[test]
fn includes_bring_something_in() {
    for (name, chapter) in chapters() {
        for target in includes(&chapter) {
            let problem = included(&target).err();
            assert!(problem.is_none(), "{name}: {{{{#include {target}}}}}: {}", problem.unwrap_or_default());
        }
    }
}

#[test]
fn console_blocks_are_recordings() {
    for (name, chapter) in chapters() {
        for (language, block) in fences(&chapter) {
            match language.split(',').next().unwrap_or("") {
                "text" => {
                    for line in block.lines() {
                        let recorded = line.starts_with("{{#include ../recordings/") && line.ends_with("}}");
                        assert!(recorded, "{name}: `{line}` is typed by hand; record it");
                    }
                }
                "rust" if language.contains("ignore") => {
                    assert!(
                        block.starts_with("{{#include"),
                        "{name}: Rust code that nobody compiles:\n{block}"
                    );
                }
                "python" => assert!(block.starts_with("{{#include"), "{name}: not from a file:\n{block}"),
                // Directives of ours.
                "quiz" | "errata" => {}
                known if known.starts_with("exercises ") || known.starts_with("bench ") => {}
                known if known.starts_with("figure ") || known.starts_with("points ") => {}
                "rust" | "sh" => {}
                other => panic!("{name}: a block in the language `{other}`"),
            }
        }
    }
}

#[test]
fn every_recording_is_shown() {
    let shown: BTreeSet<String> = chapters().iter().flat_map(|(_, chapter)| includes(chapter)).collect();
    for (name, _) in recordings() {
        assert!(shown.contains(&format!("../recordings/{name}")), "no chapter shows {name}");
    }
}

#[test]
fn included_python_is_a_whole_function() {
    for (name, chapter) in chapters() {
        for target in includes(&chapter).iter().filter(|target| target.contains(".py")) {
            let text = included(target).unwrap();
            assert!(text.starts_with("def "), "{name}: {target} begins in the middle: the file has changed");
            assert!(text.lines().skip(1).all(|line| line.is_empty() || line.starts_with(' ')), "{target}");
            let (path, _) = target.split_once(':').unwrap();
            let file = fs::read_to_string(root().join("book/src").join(path)).unwrap();
            let (_, after) = file.split_once(text.trim_end()).unwrap();
            let next = after.lines().find(|line| !line.is_empty()).unwrap_or("");
            assert!(!next.starts_with(' '), "{name}: {target} ends in the middle: the file has changed");
        }
    }
}

#[test]
fn markers_count_from_one_and_are_explained_once() {
    let markers = |text: &str| text.chars().filter(|c| ('①'..='⑳').contains(c)).collect::<Vec<_>>();
    for (name, chapter) in chapters().into_iter().filter(|(name, _)| name.starts_with("lesson")) {
        for ((title, _), section) in sections(&chapter) {
            for part in section.split("\n### ") {
                let recorded = includes(part).into_iter().filter(|target| target.contains("recordings/"));
                let shown = markers(&recorded.map(|target| included(&target).unwrap()).collect::<String>());
                let counted: Vec<char> = ('①'..='⑳').take(shown.len()).collect();
                assert_eq!(shown, counted, "{name}, {title}: markers in the recordings");
                let mut explained = markers(part);
                explained.sort_unstable();
                assert_eq!(explained, shown, "{name}, {title}: markers in the text and in the recordings");
            }
        }
    }
}

#[test]
fn commands_of_the_book_exist() {
    // `--help` reads the part and the options before it, and runs nothing.
    let helped = |mut command: Vec<String>| {
        command.push("--help".to_string());
        command
    };
    let all = chapters().iter().flat_map(|(_, chapter)| commands(chapter)).map(helped).collect();
    let printed_by = run_all(all);
    for (name, chapter) in chapters() {
        for command in commands(&chapter) {
            let (output, status) = printed_by[&helped(command.clone())].as_ref().unwrap();
            assert!(status.success(), "{name}: `cargo run --bin {}`:\n{output}", command.join(" "));
        }
        for twin in chapter.split("python3 ").skip(1).filter(|rest| rest.starts_with("lessons/")) {
            let path: String = twin.chars().take_while(|c| !c.is_whitespace() && *c != '`').collect();
            assert!(root().join(&path).is_file(), "{name}: there is no {path}");
        }
    }
    assert!(printed_by.len() > 10, "found only {} commands", printed_by.len());
}

#[test]
fn nothing_names_a_machine() {
    for (name, text) in chapters().into_iter().chain(recordings()) {
        let here = root();
        for place in [&*here.to_string_lossy(), "/tmp", "/home", "/root"] {
            assert!(!text.contains(place), "{name} names {place}");
        }
    }
}

#[test]
fn the_glossary_has_both_languages() {
    let text = read("glossary.md");
    let mut seen = BTreeSet::new();
    for row in rows(&text) {
        let [english, chinese, meaning] = &row[..] else { panic!("three columns, not {row:?}") };
        assert!(english.is_ascii() && !english.is_empty(), "{row:?}");
        assert!(chinese.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{row:?}");
        assert!(!meaning.is_empty() && meaning.ends_with('.'), "{row:?}: one sentence of meaning");
        assert!(seen.insert(english.to_lowercase()), "{english} stands there twice");
    }
    assert!(seen.len() >= 60, "only {} terms", seen.len());
    let listed: Vec<String> = rows(&text).iter().map(|row| row[0].to_lowercase()).collect();
    assert!(listed.is_sorted(), "the terms are not in alphabetical order");
}
