//! The house rules that a program can check: layers, sizes, headings, twins, documentation.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the library from the bottom up; each may use only those before it.
const LAYERS: [&str; 13] = [
    "sys",
    "framing",
    "trace",
    "cli",
    "net",
    "selector",
    "sync",
    "upload",
    "process",
    "pool",
    "event_loop",
    "server",
    "manager",
];

/// Where `unsafe` may be, each block with an argument.
const UNSAFE: [&str; 3] = ["src/sys/", "src/sync/", "src/process/"];

/// The one file below `cli` that writes to standard error: a child's panic, which nobody else can tell.
const TELLS_OF_PANICS: &str = "src/process/ending.rs";

/// More lines than this need a sentence in ARCHITECTURE.md.
const LINES: usize = 300;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    fn collect(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, endings, found);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&root().join(folder), endings, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no {endings:?} in {folder}");
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn complain(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn a_module_uses_only_what_is_below_it() {
    let mut complaints = Vec::new();
    for (height, module) in LAYERS.iter().enumerate() {
        for file in files(&format!("src/{module}"), &["rs"]) {
            for (at, line) in
                read(&file).lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
            {
                for above in &LAYERS[height + 1..] {
                    if line.contains(&format!("crate::{above}")) {
                        complaints.push(format!(
                            "{}:{}: {module} is below {above} and may not use it",
                            name(&file),
                            at + 1
                        ));
                    }
                }
            }
        }
    }
    complain(complaints);
}

/// A module that is missing in LAYERS would not be checked.
#[test]
fn every_module_has_a_layer() {
    let lib = read(&root().join("src/lib.rs"));
    let declared: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(declared, LAYERS, "src/lib.rs lists the modules in the order of the layers");
}

#[test]
fn nothing_below_cli_and_the_lessons_prints() {
    let mut complaints = Vec::new();
    for module in LAYERS.iter().filter(|module| **module != "cli") {
        for file in files(&format!("src/{module}"), &["rs"]) {
            if name(&file) == TELLS_OF_PANICS {
                continue;
            }
            let prints = |line: &&str| {
                let code = line.trim_start();
                let words = ["println!", "print!", "eprintln!", "eprint!", "stdout()", "stderr()", "dbg!"];
                !code.starts_with("//") && words.iter().any(|word| code.contains(word))
            };
            complaints
                .extend(read(&file).lines().filter(prints).map(|line| format!("{}: {line}", name(&file))));
        }
    }
    complain(complaints);
}

/// `println!` panics when the reader has gone: `Session::line` does not.
#[test]
fn lessons_print_through_their_session() {
    let mut complaints = Vec::new();
    for file in files("lessons", &["rs"]) {
        for word in ["println!", "print!(", ".unwrap()", ".expect(", "panic!("] {
            if read(&file).lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word)) {
                complaints.push(format!("{}: no {word} in a lesson", name(&file)));
            }
        }
    }
    complain(complaints);
}

#[test]
fn unsafe_code_lives_where_it_may() {
    let mut complaints = Vec::new();
    for file in [files("src", &["rs"]), files("lessons", &["rs"]), files("lab/src", &["rs"])].concat() {
        let is_unsafe = |line: &str| line.contains("unsafe ") && !line.trim_start().starts_with("//");
        let may = UNSAFE.iter().any(|folder| name(&file).starts_with(folder));
        if !may && read(&file).lines().any(is_unsafe) {
            complaints.push(format!("{}: unsafe code belongs in {UNSAFE:?}", name(&file)));
        }
    }
    complain(complaints);
}

#[test]
fn files_are_short_or_argued_for() {
    let architecture = read(&root().join("ARCHITECTURE.md"));
    let mut complaints = Vec::new();
    for folder in ["src", "lessons", "tests", "lab", "xtask/src"] {
        for file in files(folder, &["rs", "py"]) {
            let lines = read(&file).lines().count();
            if lines > LINES && !architecture.contains(&name(&file)) {
                complaints.push(format!(
                    "{}: {lines} lines; split it, or say in ARCHITECTURE.md why not",
                    name(&file)
                ));
            }
        }
    }
    complain(complaints);
}

/// A page of a lesson: what you learn, how to run it, Python's name for it, what to try.
#[test]
fn every_part_has_its_headings() {
    let mut complaints = Vec::new();
    for file in files("lessons", &["rs"]) {
        let text = read(&file);
        if file.ends_with("text.rs") {
            continue; // a table of messages is no page
        }
        if !text.starts_with("//! # ") {
            complaints.push(format!("{}: begins with a title, `//! # …`", name(&file)));
        }
        if !file.ends_with("main.rs") {
            for heading in ["You will learn: ", "Run it: ", "Python: ", "Try: "] {
                if !text.contains(&format!("//! {heading}")) {
                    complaints.push(format!("{}: has no line `//! {heading}…`", name(&file)));
                }
            }
        }
    }
    complain(complaints);
}

#[test]
fn every_lesson_has_a_twin_a_demo_and_a_chapter() {
    let mut lessons = 0;
    for entry in fs::read_dir(root().join("lessons")).unwrap() {
        let folder = entry.unwrap().path();
        let lesson = folder.file_name().unwrap().to_str().unwrap().to_string();
        for file in ["main.rs", "original.py", "demo.rs", "text.rs"] {
            assert!(folder.join(file).exists(), "{lesson} has no {file}");
        }
        assert!(root().join(format!("book/src/{lesson}.md")).exists(), "{lesson} has no chapter");
        assert!(root().join(format!("tests/lessons/{lesson}.rs")).exists(), "{lesson} has no test");
        lessons += 1;
    }
    assert!(lessons >= 4);
}

/// One table of messages, the same values in both languages.
#[test]
fn both_languages_use_the_same_values() {
    let mut complaints = Vec::new();
    let mut messages = 0;
    let tables = [files("lessons", &["rs"]), files("lab/src/student", &["rs"])].concat();
    for file in tables.into_iter().filter(|file| file.ends_with("text.rs")) {
        for message in read(&file).split("Text::new(").skip(1) {
            let strings: Vec<&str> = message.split('"').skip(1).step_by(2).take(2).collect();
            let [english, chinese] = strings[..] else { panic!("{}: {message}", name(&file)) };
            messages += 1;
            if values(english) != values(chinese) {
                complaints.push(format!("{}: other values in Chinese: {english} / {chinese}", name(&file)));
            }
        }
    }
    assert!(messages > 50, "found only {messages} messages");
    complain(complaints);
}

fn values(message: &str) -> Vec<&str> {
    let mut names: Vec<&str> = message.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    names.sort_unstable();
    names
}

/// A public function that returns a Result tells in `# Errors` which errors come.
#[test]
fn errors_are_documented() {
    let mut complaints = Vec::new();
    for file in [files("src", &["rs"]), files("lab/src", &["rs"])].concat() {
        let text = read(&file);
        let mut comment = String::new();
        let mut signature: Option<String> = None;
        for line in text.lines().map(str::trim) {
            if let Some(doc) = line.strip_prefix("///") {
                comment.push_str(doc);
                comment.push('\n');
                continue;
            }
            if line.starts_with("pub fn ") {
                signature = Some(String::new());
            }
            if let Some(so_far) = &mut signature {
                so_far.push_str(line);
                if line.ends_with('{') {
                    let returns_result =
                        so_far.rsplit_once("->").is_some_and(|(_, result)| result.contains("Result<"));
                    if returns_result && !comment.contains("# Errors") {
                        complaints.push(format!("{}: {so_far} has no `# Errors`", name(&file)));
                    }
                    signature = None;
                }
            }
            if !line.starts_with("#[") && signature.is_none() {
                comment.clear();
            }
        }
    }
    complain(complaints);
}
