//! The program `lab` as its users meet it.

use std::process::{Command, Output};

fn lab(args: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_lab")).args(args).output()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn list_names_every_suite_and_every_check() {
    let all = lab(&["list", "--lessons"]).unwrap();
    assert_eq!(all.status.code(), Some(0));
    for suite in lab::suites() {
        assert!(stdout(&all).contains(suite.name));
        let one = lab(&["list", suite.name]).unwrap();
        for check in suite.checks {
            assert!(stdout(&one).contains(check.name) && stdout(&one).contains(check.means));
        }
    }
}

#[test]
fn a_wrong_name_is_answered_with_the_right_ones() {
    for (what, helps) in [("lesson1.serve", "lesson1.server"), ("lesson1.server.nothing", "peer-address")] {
        let output = lab(&["check", what, "--", "true"]).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(helps), "{}", stderr(&output));
    }
    assert_eq!(lab(&["no-such-action"]).unwrap().status.code(), Some(2));
}

#[test]
fn a_failing_command_is_told_what_it_did_and_costs_exit_code_1() {
    let output =
        lab(&["check", "lesson1.server.reply", "--seed", "7", "--", "sh", "-c", "echo no idea >&2; exit 3"])
            .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let printed = stdout(&output);
    for part in
        ["✗ reply (0/2 points", "exit code 3", "no idea", "repeat with --seed 7", "0 passed, 1 failed\n"]
    {
        assert!(printed.contains(part), "`{part}` is missing in:\n{printed}");
    }
}

#[test]
fn a_grader_that_is_killed_leaves_nothing_running() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("pid");
    let script = format!("sleep 1000 & echo $! > {}; wait", note.display());
    let mut grader = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["check", "lesson1.server.reply", "--", "sh", "-c", &script])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut started = None;
    let soon = || lab::Deadline::after(std::time::Duration::from_secs(5));
    lab::until(soon(), || {
        started = std::fs::read_to_string(&note).ok().and_then(|text| text.trim().parse::<u32>().ok());
        started.is_some()
    });
    grader.kill().unwrap();
    grader.wait().unwrap();
    let started = started.unwrap();
    // Whoever adopts a process that has ended may let it be a zombie for a while.
    let gone = lab::until(soon(), || {
        lab::proc::state(started).is_ok_and(|state| state == 'Z') || lab::proc::state(started).is_err()
    });
    assert!(gone, "process {started}, a child of the subject, still runs");
}

#[test]
fn the_names_of_suites_and_checks_are_unique() {
    let mut names = Vec::new();
    for suite in lab::suites() {
        names.extend(suite.checks.iter().map(|check| format!("{}.{}", suite.name, check.name)));
        assert!(
            suite.checks.iter().all(|check| check.points > 0 && !check.means.is_empty()),
            "{}",
            suite.name
        );
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}
