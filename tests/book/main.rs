//! What the book promises about itself.
//!
//! A chapter that is complete has all its sections, in order. What it shows comes from a file: code
//! by anchors, transcripts from `book/recordings`. A command that it names exists. The table of
//! claims is run.

#[path = "../common/mod.rs"]
mod common;
mod quiz;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use common::several_at_once;

/// Chapters with all thirteen sections. The others say what they lack.
const COMPLETE: [&str; 4] = ["lesson1.md", "lesson2.md", "lesson3.md", "lesson4.md"];

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

const PATIENCE: Duration = Duration::from_secs(60);

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
                "quiz" => {}
                known if known.starts_with("exercises ") || known.starts_with("bench ") => {}
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
fn markers_are_explained_once() {
    for (name, chapter) in chapters().into_iter().filter(|(name, _)| name.starts_with("lesson")) {
        for ((title, _), section) in sections(&chapter) {
            let mut shown = Vec::new();
            for target in includes(&section).iter().filter(|target| target.contains("recordings/")) {
                let text = included(target).unwrap();
                shown.extend(text.chars().filter(|c| ('①'..='⑳').contains(c)));
            }
            let mut explained: Vec<char> = section.chars().filter(|c| ('①'..='⑳').contains(c)).collect();
            explained.sort_unstable();
            shown.sort_unstable();
            assert_eq!(explained, shown, "{name}, {title}: markers in the text and in the recordings");
        }
    }
}

#[test]
fn commands_of_the_book_exist() {
    let mut checked = BTreeSet::new();
    for (name, chapter) in chapters() {
        for command in commands(&chapter) {
            // `--help` reads the part and the options before it, and runs nothing.
            let mut words = command.clone();
            words.push("--help".to_string());
            if checked.insert(words.clone()) {
                let (output, success) = run(&words).unwrap();
                assert!(success, "{name}: `cargo run --bin {}`:\n{output}", command.join(" "));
            }
        }
        for twin in chapter.split("python3 ").skip(1).filter(|rest| rest.starts_with("lessons/")) {
            let path: String = twin.chars().take_while(|c| !c.is_whitespace() && *c != '`').collect();
            assert!(root().join(&path).is_file(), "{name}: there is no {path}");
        }
    }
    assert!(checked.len() > 10, "found only {} commands", checked.len());
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

#[test]
fn claims_are_complete_and_shown() {
    let text = read("claims.md");
    let claims = rows(&text);
    let numbers: Vec<String> = claims.iter().map(|row| row[0].clone()).collect();
    let printed_by = run_all(claims.iter().flat_map(|row| commands(&row[3])).collect());
    assert_eq!(numbers, (1..=66).map(|number| number.to_string()).collect::<Vec<_>>());
    for row in claims {
        let [number, claim, verdict, command, seen] = &row[..] else { panic!("five columns, not {row:?}") };
        assert!(!claim.is_empty());
        assert!(["✔", "✘", "≈"].contains(&verdict.as_str()), "claim {number}: {verdict}");
        let elsewhere = shown_elsewhere(number, &format!("{command} {seen}"));
        let commands = commands(command);
        if commands.is_empty() {
            assert!(elsewhere, "claim {number}: nothing shows it");
            assert!(!seen.contains('`'), "claim {number}: nothing is run, so nothing can be quoted");
            continue;
        }
        let mut output = String::new();
        for words in commands {
            match &printed_by[&words] {
                Ok((printed, true)) => output.push_str(printed),
                failed => panic!("claim {number}: `cargo run --bin {}` fails: {failed:?}", words.join(" ")),
            }
        }
        let fragments: Vec<&str> = seen.split('`').skip(1).step_by(2).collect();
        assert!(!fragments.is_empty(), "claim {number}: quote what the command prints");
        for fragment in fragments {
            assert!(output.contains(fragment), "claim {number}: `{fragment}` is not in:\n{output}");
        }
    }
}

/// Whether a claim names tests or a heading of a chapter; each that it names has to exist.
fn shown_elsewhere(number: &str, cells: &str) -> bool {
    let mut named = false;
    for rest in cells.split("cargo test --test ").skip(1) {
        // A program of tests, or one and a module of it.
        let file = rest.split('`').next().unwrap_or("").replace(' ', "/");
        let there = root().join(format!("tests/{file}.rs")).is_file();
        assert!(there, "claim {number}: there is no tests/{file}.rs");
        named = true;
    }
    for rest in cells.split("cargo test --doc ").skip(1) {
        let chapter = rest.split('`').next().unwrap_or("");
        let blocks = fences(&read(&format!("{chapter}.md"))).iter().any(|(language, _)| *language == "rust");
        assert!(blocks, "claim {number}: {chapter} has no tested block");
        named = true;
    }
    for rest in cells.split("](").skip(1) {
        let (page, id) = rest.split(')').next().and_then(|link| link.split_once('#')).unwrap_or_default();
        assert!(read(page).contains(&format!("{{#{id}}}")), "claim {number}: {page} has no #{id}");
        named = true;
    }
    named
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(chapter: &str) -> String {
    text_of(&root().join("book/src").join(chapter))
}

/// Every page of the book: its name and its text.
fn chapters() -> Vec<(String, String)> {
    files("book/src", "md")
}

fn recordings() -> Vec<(String, String)> {
    files("book/recordings", "txt")
}

fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let folder = root().join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|known| known == extension));
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), text_of(path))).collect()
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `1. text`.
fn numbered(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

/// The lines outside of fences.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    })
}

/// Language and text of each fenced block.
fn fences(text: &str) -> Vec<(&str, String)> {
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
fn sections(text: &str) -> Vec<((String, String), String)> {
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
fn rows(text: &str) -> Vec<Vec<String>> {
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
fn includes(text: &str) -> Vec<String> {
    let rest = text.split("{{#include ").skip(1);
    rest.filter_map(|rest| rest.split_once("}}").map(|(target, _)| target.trim().to_string())).collect()
}

/// What an include brings in: a file, an anchor of it (`:name`), or lines (`:3:7`).
fn included(target: &str) -> Result<String, String> {
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

/// The words behind each `cargo run --bin`, up to what is the shell's or the sentence's.
fn commands(text: &str) -> Vec<Vec<String>> {
    text.split("cargo run --bin ")
        .skip(1)
        .map(|rest| {
            let end = rest.find(['`', '\n', '|', '&', ';', '>', '#']).unwrap_or(rest.len());
            let mut words: Vec<String> = Vec::new();
            for word in rest[..end].split_whitespace() {
                if word.starts_with('"') || word.starts_with('$') {
                    // Something that the shell fills in.
                    words.push("x".to_string());
                    break;
                }
                words.push(word.to_string());
            }
            words
        })
        .collect()
}

/// Runs each command once.
fn run_all(commands: BTreeSet<Vec<String>>) -> BTreeMap<Vec<String>, Result<(String, bool), String>> {
    several_at_once(commands.into_iter().collect(), |words| {
        let printed = run(&words);
        (words, printed)
    })
    .into_iter()
    .collect()
}

/// Runs a lesson's program; returns all that it prints, and whether it succeeded.
fn run(words: &[String]) -> Result<(String, bool), String> {
    let (name, arguments) = words.split_first().ok_or("no program")?;
    let program = match name.as_str() {
        "lesson1" => env!("CARGO_BIN_EXE_lesson1"),
        "lesson2" => env!("CARGO_BIN_EXE_lesson2"),
        "lesson3" => env!("CARGO_BIN_EXE_lesson3"),
        "lesson4" => env!("CARGO_BIN_EXE_lesson4"),
        "lesson5" => env!("CARGO_BIN_EXE_lesson5"),
        "lesson6" => env!("CARGO_BIN_EXE_lesson6"),
        "lesson7" => env!("CARGO_BIN_EXE_lesson7"),
        "lesson8" => env!("CARGO_BIN_EXE_lesson8"),
        _ => return Err(format!("there is no program `{name}`")),
    };
    let (mut reader, writer) = io::pipe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(arguments.iter().skip_while(|word| *word == "--"))
        .env("LANG", "C.UTF-8")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .stdin(Stdio::null())
        .stdout(writer.try_clone().map_err(|error| error.to_string())?)
        .stderr(writer)
        .spawn()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    let (sender, output) = channel();
    let reading = thread::Builder::new().name("reads".to_string()).spawn(move || {
        let mut text = String::new();
        let result = reader.read_to_string(&mut text).map(|_| text);
        let _ = sender.send(result);
    });
    reading.map_err(|error| error.to_string())?;
    let output = output.recv_timeout(PATIENCE);
    if output.is_err() {
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    let output = output.map_err(|_| format!("`{}` did not end within {PATIENCE:?}", words.join(" ")))?;
    Ok((output.map_err(|error| error.to_string())?, status.success()))
}
