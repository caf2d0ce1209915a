//! The student's tool where things are not as they should be: names, folders, pipes, a damaged file, two at once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

mod workbook;

use workbook::{Workbook, said};

#[test]
fn a_wrong_name_is_answered_with_the_nearest() {
    let book = Workbook::new();
    for (args, near) in [
        ("check gret", "greet"),
        ("hint grete", "greet"),
        ("reset exercises/gret/", "greet"),
        ("list lesson1.sever", "lesson1.server"),
        ("check greet.peer-adress", "peer-address"),
        ("solution qqqqqqqq", "cargo lab list"),
        ("check 99", "cargo lab list"),
    ] {
        book.lab(args).expect(2, &[near]);
    }
    book.lab("chek").expect(2, &["check"]);
    book.lab("--lang zh chek").expect(2, &["没有这个命令", "check"]);
    book.lab("--lang zh check gret").expect(2, &["你是说 greet"]);
    assert_eq!(book.progress(), "", "none of it has left a trace");
}

#[test]
fn outside_the_workbook_it_says_where_to_go() {
    let book = Workbook::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("lab");
    // By another process: a program that this one has open for writing cannot be run, and a child that a test beside this
    // one starts just now would have it open for a moment more.
    assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_lab")).arg(&copy).status().unwrap().success());
    let run =
        |args: &[&str]| said(&Command::new(&copy).args(args).current_dir(elsewhere.path()).output().unwrap());
    let real = fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap();
    let there = format!("cd {}", real.display());
    for args in
        [&["--lang", "en"][..], &["check", "greet"], &["hint", "greet"], &["reset", "greet"], &["watch"]]
    {
        run(args).expect(2, &[&there]);
    }
    // What needs no workbook works.
    run(&["list"]).expect(0, &["greet"]);
    run(&["list", "greet"]).expect(0, &["peer-address"]);
    run(&["check", "greet.free-port", "--deadline", "2", "--", "true"]).expect(1, &["0 of 1 point"]);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1, "nothing is written there");

    let inside = book.command_in(&book.root().join("exercises/greet"), "").output().unwrap();
    said(&inside).expect(0, &["greet"]);
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let book = Workbook::new();
    for args in ["list", "list --lessons", "", "hint greet", "--help"] {
        // The pipe has no reader before anything is said.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = book.command(args).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        said(&output).expect(0, &[]).lacks(&["panicked", "rror"]);
    }
    let mut lab = book.command("list").stdout(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 6];
    lab.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!((&first, lab.wait().unwrap().code()), (b"Lesson", Some(0)));
}

#[test]
fn a_damaged_progress_is_told_and_kept_and_no_obstacle() {
    let book = Workbook::new();
    let damaged = b"# header\ngreet: passed, 6 of 6 points, 2 hin\n\xff\x00binary\necho: passed, 5 of 5 points, 3 checks\n";
    book.set_progress(damaged);
    book.lab("list").expect(0, &["damaged", "2 of its lines", "greet: passed, 6"]);
    assert_eq!(fs::read(book.root().join(".lab-progress")).unwrap(), damaged, "to look changes nothing");
    book.lab("hint greet").expect(0, &["Where to look", ".lab-progress.damaged-1"]);
    assert_eq!(fs::read(book.root().join(".lab-progress.damaged-1")).unwrap(), damaged);
    let now = book.progress();
    assert!(
        now.contains("greet: begun, 1 hints\n") && now.contains("echo: passed, 5 of 5 points, 3 checks\n"),
        "{now}"
    );
    book.lab("list").expect(0, &[]).lacks(&["damaged"]);

    // A folder in its place, and a folder that cannot be written.
    fs::remove_file(book.root().join(".lab-progress")).unwrap();
    fs::create_dir(book.root().join(".lab-progress")).unwrap();
    book.lab("hint greet").expect(0, &["Where to look", "cannot read", "cannot write"]);
}

#[test]
fn two_at_once_do_not_tear_the_progress() {
    let book = Workbook::new();
    let checks: Vec<_> = (0..12)
        .map(|_| {
            let mut check = book.command("check greet --count --deadline 1 -- false");
            check.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut check in checks {
        assert_eq!(check.wait().unwrap().code(), Some(1));
        let seen = book.progress();
        assert!(seen.is_empty() || seen.ends_with(" checks\n"), "{seen}");
    }
    assert!(book.progress().contains("12 checks"), "{}", book.progress());
    let names: Vec<_> = fs::read_dir(book.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with(".lab-progress.")), "{names:?}");
}

#[test]
fn the_doctor_finds_what_is_missing() {
    let book = Workbook::new();
    book.lab("doctor").expect(0, &["✓ rustc: rustc 1.", "✓ the workbook", "/proc", "inotify"]);
    book.lab("doctor --lang zh").expect(0, &["练习册"]).lacks(&["{"]);
    let bare = book.command("doctor").env("PATH", "/nowhere").env_remove("CARGO").output().unwrap();
    said(&bare)
        .expect(1, &["✗ cargo: cannot be run. Install Rust", "! python3", "✗ a linker", "✗ sh", "rustup.rs"]);
    let lost = book.command("doctor").env("TMPDIR", "/nowhere").current_dir("/").output().unwrap();
    said(&lost).expect(1, &["✗ the workbook: not here", "cannot write to /nowhere"]);
}

#[test]
fn the_real_workbook_is_one() {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let said = said(&lab.args(["list", "--lang", "en"]).current_dir(root).output().unwrap());
    said.expect(0, &["greet"]);
    for exercise in lab::exercises() {
        let main = format!("{root}/exercises/{}/main.rs", exercise.name);
        assert!(fs::metadata(&main).is_ok_and(|file| file.is_file()), "{main}");
        said.expect(0, &[exercise.name, exercise.task[0]]);
    }
}
