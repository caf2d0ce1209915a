//! Whole builds of small books in temporary folders.

use super::book;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const TOML: &str = include_str!("../../../../book/book.toml");

/// A book of the chapters `one.md` and `sub/two.md`.
fn sources(one: &str, two: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "book.toml", TOML);
    for file in ["quiz.css", "quiz.js", "figures.css", "figures.js", "cjk-search.js"] {
        write(&folder, &format!("theme/{file}"), "");
    }
    write(&folder, "src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n  - [Two](sub/two.md)\n");
    write(&folder, "src/one.md", one);
    write(&folder, "src/sub/two.md", two);
    folder
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Builds into `out` and gives the error's text, if there is one.
fn build(folder: &TempDir) -> Result<(), String> {
    book(folder.path(), &folder.path().join("out")).map_err(|error| format!("{error:#}"))
}

/// The lines of the error after its first.
fn problems(one: &str, two: &str) -> Vec<String> {
    let error = build(&sources(one, two)).unwrap_err();
    error.lines().skip(1).map(|line| line.trim().to_owned()).collect()
}

const TWO: &str = "# Two\n\n## How it works\n\n[back](../one.md#one), [index](../index.html)\n";

#[test]
fn a_good_book_is_built_and_built_again() {
    let one = "# One\n\n```rust\n{{#include ../code.rs:a}}\n```\n\n[two](sub/two.md#how-it-works) \
               [self](#one) [out](https://www.rust-lang.org/x#y) <a href=\"sub/two.md\">raw</a> ![p](p.svg)\n";
    let folder = sources(one, TWO);
    write(&folder, "code.rs", "// ANCHOR: a\nlet answer = 42;\n// ANCHOR_END: a\n");
    write(&folder, "src/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    build(&folder).unwrap();
    build(&folder).unwrap();
    let page = fs::read_to_string(folder.path().join("out/one.html")).unwrap();
    assert!(page.contains("let answer = 42;") && !page.contains("ANCHOR"));
    assert!(!page.contains("class=\"playground\""), "the play button needs a network");
    let left: Vec<_> = names(folder.path());
    assert_eq!(left, ["book.toml", "code.rs", "out", "src", "theme"], "the staging folder is gone");
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn broken_links_are_named_with_chapter_and_line() {
    let one = "# One\n\n[a](sub/two.md#how)\n[b](three.md)\n\n[c](#nowhere) [d](../code.rs)\n\
               [e](/one.html)\n<img src=\"https://example.org/x.png\">\n";
    assert_eq!(
        problems(one, TWO),
        [
            "one.md:3: link `sub/two.html#how` leads nowhere: sub/two.html has no heading `how`, only two, how-it-works",
            "one.md:4: link `three.html` leads nowhere: there is no three.html in the book (a chapter must be in SUMMARY.md)",
            "one.md:6: link `#nowhere` leads nowhere: one.html has no heading `nowhere`, only one",
            "one.md:6: link `../code.rs` leaves the book: a reader of the built book has no such file",
            "one.md:7: link `/one.html` starts with /: write it relative to the chapter",
            "one.md:8: link `https://example.org/x.png` is fetched from the network: the book must work without one",
        ]
    );
}

#[test]
fn links_of_a_chapter_in_a_folder_start_there() {
    let problems = problems("# One\n", "# Two\n\n[one](one.md)\n");
    assert_eq!(
        problems,
        [
            "sub/two.md:3: link `one.html` leads nowhere: there is no sub/one.html in the book (a chapter must be in SUMMARY.md)"
        ]
    );
}

#[test]
fn a_heading_in_chinese_needs_an_ascii_id() {
    let bad = problems("# One\n\n## 粘包\n", TWO);
    assert_eq!(bad, ["one.md: heading `粘包` needs an ASCII id: write {#name} after it"]);
    build(&sources("# One\n\n## 粘包 {#sticky}\n\n[x](#sticky)\n", TWO)).unwrap();
}

#[test]
fn the_search_index_has_the_text_that_chinese_is_searched_in() {
    let folder = sources("# One\n\n## Sticky 粘包 {#sticky}\n\n<p>水平触发</p>\n", TWO);
    build(&folder).unwrap();
    let files = names(&folder.path().join("out"));
    let index = files.iter().find(|name| name.starts_with("searchindex")).unwrap();
    let index = fs::read_to_string(folder.path().join("out").join(index)).unwrap();
    for wanted in ["\"documentStore\"", "one.html#sticky", "Sticky 粘包", "水平触发"] {
        assert!(index.contains(wanted), "no {wanted}");
    }
}

#[test]
fn a_broken_include_leaves_the_old_book() {
    let folder = sources("# One\n", TWO);
    build(&folder).unwrap();
    write(&folder, "src/one.md", "# One\n\n{{#include ../gone.rs}}\n");
    let error = build(&folder).unwrap_err();
    assert!(error.contains("one.md:3: {{#include ../gone.rs}}"), "{error}");
    assert!(folder.path().join("out/one.html").is_file());
}

#[test]
fn what_mdbook_only_logs_is_an_error() {
    let problems = problems("# One\n\n<div>\n\nnever closed\n", TWO);
    assert!(problems[0].starts_with("mdBook: unclosed HTML tag `<div>`"), "{problems:?}");
}

#[test]
fn unknown_keys_are_errors_at_every_level() {
    for (key, bad) in
        [("[book]", "[book]\nmultilingual = false"), ("[output.html]", "[output.html]\nshiny = true")]
    {
        let folder = sources("# One\n", TWO);
        write(&folder, "book.toml", &TOML.replacen(key, bad, 1));
        let error = build(&folder).unwrap_err();
        assert!(error.contains("book.toml") && error.contains("unknown field"), "{error}");
    }
}

#[test]
fn a_missing_chapter_is_an_error_and_is_not_created() {
    let folder = sources("# One\n", TWO);
    fs::remove_file(folder.path().join("src/one.md")).unwrap();
    let error = build(&folder).unwrap_err();
    assert!(error.contains("one.md"), "{error}");
    assert!(!folder.path().join("src/one.md").exists());
}

#[test]
fn a_folder_with_other_files_is_never_replaced() {
    let folder = sources("# One\n", TWO);
    write(&folder, "out/thesis.txt", "years of work");
    let error = build(&folder).unwrap_err();
    assert!(error.contains("not a built book"), "{error}");
    for dest in ["", "src", "src/out"] {
        let error = book(folder.path(), &folder.path().join(dest)).unwrap_err();
        assert!(error.to_string().contains("its sources are in"), "{error}");
    }
    assert!(folder.path().join("out/thesis.txt").exists());
}
