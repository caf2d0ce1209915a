//! The table of claims is run: what it quotes is printed.

use crate::run::{commands, run_all};
use crate::text::{fences, read, root, rows};

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
                Ok((printed, status)) if status.success() => output.push_str(printed),
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
