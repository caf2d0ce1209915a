//! The student's tool, as a student meets it in a workbook with one exercise.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

mod workbook;

use workbook::{Workbook, greet, said};

#[test]
fn a_newcomer_is_told_what_to_do() {
    let book = Workbook::new();
    let first = book.lab("");
    first.expect(
        0,
        &["Welcome", "exercises/greet/README.md", "exercises/greet/main.rs", "cargo lab check greet"],
    );
    first.lacks(&["\x1b", "{"]);
    book.lab("hint greet").expect(0, &["Where to look"]);
    book.lab("next").expect(0, &["cargo lab check greet"]).lacks(&["Welcome"]);

    let zh = said(&book.command("").env("LANG", "zh_CN.UTF-8").output().unwrap());
    zh.expect(0, &["第 1 课", "先读", "每次保存后自动检查"]).lacks(&["{"]);
    let en = said(&book.command("--lang en").env("LC_ALL", "zh_CN").output().unwrap());
    en.expect(0, &["lesson 1"]);
}

#[test]
fn an_exercise_from_the_first_check_to_the_solution() {
    let book = Workbook::new();
    let started = book.lab("check greet --seed 7");
    started.expect(
        1,
        &["✓ free-port (1 point)", "✗ peer-address (0/2 points)", "1 of 6 points", "hint greet", "--seed 7"],
    );
    // The first failure is told in full, the others in a line.
    assert_eq!(started.out.matches("What this is about").count(), 1, "{started}");
    assert_eq!(started.out.matches("✗").count(), 3, "{started}");
    started.lacks(&["\x1b"]);
    assert!(book.progress().contains("greet: begun, 1 of 6 points, 1 checks"), "{}", book.progress());
    book.lab("list").expect(0, &["Lesson 1", "… greet", "★☆☆", "1 of 6 points", "0 of "]);

    let all = book.lab("check greet --all-failures");
    assert_eq!(all.out.matches("What this is about").count(), 3, "{all}");
    book.lab("solution greet").expect(1, &["not passed yet"]).lacks(&["fn main"]);

    book.write(greet().solution);
    // Without a name it is the next one, and it is found from below, too.
    let below = book.command_in(&book.root().join("exercises/greet"), "check").output().unwrap();
    said(&below).expect(0, &["All 6 points", "solution greet"]);
    book.lab("list").expect(0, &["✓ greet", "1 of "]);
    book.lab("solution greet").expect(0, &["fn main", "own-address"]);
    // This workbook has only the one.
    book.lab("check 1").expect(1, &["✓ greet", "6 of 6 points", "✗ echo", "is not there"]);
    book.lab("check greet.peer-address").expect(0, &["All 2 points"]);

    // What is passed stays passed.
    book.write(greet().starter);
    book.lab("check greet").expect(1, &[]);
    assert!(book.progress().contains("greet: passed, 1 of 6 points"), "{}", book.progress());
    book.lab("check all").expect(1, &["· greet", "as it was handed out", "0 passed"]);
}

#[test]
fn what_does_not_compile_is_told_by_the_compiler() {
    let book = Workbook::new();
    book.write("fn main() { let x: u8 = \"no\"; }");
    let said = book.lab("check greet");
    said.expect(1, &["mismatched types", "does not compile, so nothing was checked"]);
    book.lab("check all").expect(1, &["✗ greet", "does not compile"]);
    assert_eq!(book.progress(), "", "that is no result");
    fs::remove_file(book.main()).unwrap();
    book.lab("check greet").expect(1, &["is not there", "cargo lab reset greet"]);
}

#[test]
fn a_panic_is_told_first_with_its_place() {
    let book = Workbook::new();
    book.write("fn main() {\n    let none: Option<u8> = None;\n    none.expect(\"no client\");\n}\n");
    let said = said(&book.command("check greet.free-port").env("RUST_BACKTRACE", "1").output().unwrap());
    said.expect(
        1,
        &["ended (exit code 101) without the line", "it panicked: no client (exercises/greet/main.rs:3:10)"],
    );
    said.lacks(&["stack backtrace"]);
}

#[test]
fn another_program_counts_only_when_it_is_said_to() {
    let book = Workbook::new();
    let twin = concat!(env!("CARGO_MANIFEST_DIR"), "/../exercises/greet/twin.py");
    book.lab(&format!("check greet -- python3 {twin}")).expect(0, &["All 6 points", "does not count"]);
    assert_eq!(book.progress(), "");
    book.lab(&format!("check greet --count -- python3 {twin}")).expect(0, &["All 6 points", "Compare"]);
    assert!(book.progress().contains("greet: passed"), "{}", book.progress());
    book.lab("check all -- true").expect(2, &["one exercise"]);
    book.lab("check greet --count").expect(2, &["--count"]);
}

#[test]
fn the_next_one_is_of_the_same_lesson() {
    let book = Workbook::new();
    let twin = concat!(env!("CARGO_MANIFEST_DIR"), "/../exercises/two-doors/twin.py");
    let check = format!("check two-doors --count -- python3 {twin}");
    let lesson = || lab::exercises().filter(|exercise| exercise.lesson == 5 && exercise.name != "two-doors");
    let next = lesson().next().unwrap().name;
    book.lab(&check).expect(0, &[&format!("Next: {next}, "), &format!("(cargo lab watch {next})")]);
    // When all of its lesson are passed, those of the next one.
    let passed: String = lesson().map(|exercise| format!("{}: passed\n", exercise.name)).collect();
    book.set_progress(passed.as_bytes());
    let next = lab::exercises().find(|exercise| exercise.lesson == 6).unwrap().name;
    book.lab(&check).expect(0, &[&format!("Next: {next}, ")]).lacks(&["still open"]);
    // What was left behind is not forgotten.
    book.lab("check menu --count -- true").expect(1, &[]);
    book.lab(&check).expect(0, &["Begun and still open: menu (0 of 9 points)"]);
}

#[test]
fn each_hint_goes_a_step_further() {
    let book = Workbook::new();
    for (title, other) in [
        ("1. Where to look", "2."),
        ("2. The idea", "1."),
        ("3. The shape", "4."),
        ("4. The solution", "3. The"),
    ] {
        book.lab("hint greet").expect(0, &[title]).lacks(&[other]);
    }
    book.lab("hint").expect(0, &["1. Where to look", "4. The solution", "--give-up"]);
    assert!(book.progress().contains("4 hints"), "{}", book.progress());
    book.lab("check greet").expect(1, &["All hints are open"]);
    book.lab("solution greet --give-up").expect(0, &["fn main", "own-address"]);
    book.lab("list").expect(0, &["solution seen"]);
    book.lab("solution greet").expect(0, &["fn main"]);
}

#[test]
fn hints_that_are_open_can_be_read_again() {
    let book = Workbook::new();
    book.lab("hint greet --again").expect(0, &["1. Where"]).lacks(&["2. The"]);
    book.lab("hint greet").expect(0, &["2. The"]);
    book.lab("hint greet --again").expect(0, &["1. Where", "2. The"]).lacks(&["3. The"]);
}

#[test]
fn a_reset_keeps_what_was_written() {
    let book = Workbook::new();
    book.lab("reset greet").expect(0, &["already"]);
    for (number, mine) in [(1, "mine"), (2, "mine again")] {
        book.write(mine);
        let kept = format!("main.rs.before-reset-{number}");
        book.lab("reset exercises/greet/main.rs").expect(0, &["as it was handed out", &kept]);
        assert_eq!(fs::read_to_string(book.main()).unwrap(), greet().starter);
        assert_eq!(fs::read_to_string(book.main().with_file_name(&kept)).unwrap(), mine);
    }
    assert_eq!(fs::read_to_string(book.main().with_file_name("main.rs.before-reset-1")).unwrap(), "mine");
    // Deleted altogether: the copy is inside the program.
    fs::remove_dir_all(book.main().parent().unwrap()).unwrap();
    book.lab("reset greet").expect(0, &["as it was handed out"]);
    assert_eq!(fs::read_to_string(book.main()).unwrap(), greet().starter);
    book.lab("reset all").expect(2, &["not one exercise"]);
}

#[test]
fn a_solution_is_compared_only_after_a_reset_too() {
    let book = Workbook::new();
    book.set_progress(b"greet: passed, 6 of 6 points\n");
    book.write("mine");
    book.lab("reset greet").expect(0, &[]);
    book.lab("solution greet").expect(0, &["fn main"]);
}
