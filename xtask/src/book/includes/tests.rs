//! The checker over chapters in a temporary folder.

use super::check;
use crate::book::build::Chapter;
use std::fs;

/// Writes files below `src` and checks the chapter `one.md` among them.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join("src").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let chapter = Chapter { source: "one.md".into(), page: "one.html".into() };
    check(&folder.path().join("src"), &[chapter])
}

const CODE: &str = "fn a() {}\n// ANCHOR: b\nfn b() {}\n// ANCHOR_END: b\n";

#[test]
fn good_includes_have_no_problems() {
    let chapter = "# One\n{{#include ../code.rs}}\n{{#include ../code.rs:b}}\n\
                   {{#rustdoc_include ../code.rs:1}}\n\\{{#include nowhere.rs}}\n";
    assert_eq!(problems(&[("one.md", chapter), ("../code.rs", CODE)]), [""; 0]);
}

#[test]
fn each_broken_include_is_named_with_its_line() {
    let chapter = "# One\n\n{{#include gone.rs}}\n{{#include ../code.rs:c}} {{#include ../code.rs:9}}\n{{#icnlude x}}\n";
    let problems = problems(&[("one.md", chapter), ("../code.rs", CODE)]);
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(problems[0].starts_with("one.md:3: {{#include gone.rs}}: cannot read gone.rs: No such file"));
    assert_eq!(problems[1], "one.md:4: {{#include ../code.rs:c}}: no anchor `c`: the file has b");
    assert_eq!(problems[2], "one.md:4: {{#include ../code.rs:9}}: no lines 9 to 9: the file has 4");
    assert!(problems[3].starts_with("one.md:5: `{{#icnlude x}}` is not a directive"));
}

#[test]
fn an_included_file_is_checked_where_it_is() {
    let part = "text\n{{#include gone.md}}\n{{#handlebars}}\n";
    let problems = problems(&[("one.md", "{{#include parts/part.md}}"), ("parts/part.md", part)]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("parts/part.md:2: {{#include gone.md}}: cannot read parts/gone.md"));
}

#[test]
fn a_file_that_includes_itself_is_named() {
    let problems = problems(&[("one.md", "{{#include one.md}}")]);
    assert_eq!(problems, ["one.md:1: {{#include one.md}}: does this file include itself?"]);
}
