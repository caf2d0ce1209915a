//! Lesson 7: threads, locks, events. The same checks pass the Rust lesson and its Python twin.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::common::{Who, check, command, number_after, printed};
use netkit::trace::{Event, Record};
use rstest::rstest;

#[rstest]
#[case("lesson7.threads", "threads")]
#[case("lesson7.daemon", "daemon")]
#[case("lesson7.race", "race")]
#[case("lesson7.rlock", "rlock")]
#[case("lesson7.event", "event")]
#[case("lesson7.more", "more")]
#[case("lesson7.deadlock", "deadlock")]
fn a_part_keeps_its_promises(
    #[case] suite: &str,
    #[case] part: &str,
    #[values(Who::Rust, Who::Python)] who: Who,
) {
    check(suite, who, 7, part, &[]);
}

/// SEMANTICS 7.1, item 3: a name for people, a number for the kernel; each thread has its own.
#[rstest]
fn each_thread_says_its_own_name(#[values(Who::Rust, Who::Python)] who: Who) {
    let Some(command) = command(who, 7, "threads", &["--count", "3", "--seconds", "0.2"]) else { return };
    let output = Command::new(&command.program).args(&command.args).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let said: BTreeMap<&str, u32> = shown
        .lines()
        .filter_map(|line| line.split_once(" ident "))
        .map(|(name, ident)| (name, ident.parse().unwrap()))
        .collect();
    assert!(said.keys().eq(&["thread-0", "thread-1", "thread-2"]), "{shown}");
    // All three sleep at the same time, so no number can be used twice.
    assert_eq!(said.values().collect::<BTreeSet<_>>().len(), 3, "{shown}");
}

/// A lock whose owner has ended is reported, in place of a wait for ever.
#[rstest]
#[case(Who::Rust, "owner ended: told, owner")]
#[case(Who::Python, "owner ended: not told")]
fn an_owner_that_ended_is_told_of(#[case] who: Who, #[case] expected: &str) {
    let Some(command) = command(who, 7, "rlock", &[]) else { return };
    let output = Command::new(&command.program).args(&command.args).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(shown.lines().last(), Some(expected), "{shown}");
}

/// Which threads, which locks, which lines: each of the four lines named is a `lock()` in the part.
#[test]
fn the_lock_order_check_names_what_it_found() {
    let shown = printed(7, &["deadlock"]);
    let found = shown.lines().find(|line| line.starts_with("wrong order of locks")).unwrap();
    for name in ["\"thread-1\"", "\"thread-2\"", "\"left\"", "\"right\""] {
        assert!(found.contains(name), "{found}");
    }
    let source = include_str!("../../lessons/lesson7/deadlock.rs");
    let places: Vec<usize> = found
        .split("lessons/lesson7/deadlock.rs:")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(places.len(), 4, "{found}");
    for line in places {
        assert!(
            source.lines().nth(line - 1).unwrap().contains(".lock()"),
            "line {line} of the part: {found}"
        );
    }
}

/// The open questions of the documents. Other work on the machine can hide an answer, but not at every
/// time: one measurement of five must show them all.
#[test]
fn the_answers_are_measured() {
    let answered = |_| std::panic::catch_unwind(expect_answers).is_ok();
    assert!(
        (1..5).any(answered) || {
            expect_answers();
            true
        }
    );
}

/// Who waits needs no second CPU; two computations on one CPU take longer than one.
fn expect_answers() {
    let shown = printed(7, &["answers"]);
    let row = |begin: &str| shown.lines().find(|line| line.starts_with(begin));
    let times = |row: &str| -> (f64, f64) {
        let (_, numbers) = row.split_once("threads ").unwrap();
        let (threads, processes) =
            numbers.trim_end_matches(", disturbed").split_once(", processes ").unwrap();
        (threads.parse().unwrap(), processes.parse().unwrap())
    };
    for language in ["Rust  ", "Python"] {
        let Some(computing) = row(&format!("{language} CPU-bound, 1 CPU : ")) else {
            assert!(language == "Python" && shown.contains("there is no python3"), "{shown}");
            continue;
        };
        let (threads, processes) = times(computing);
        assert!(threads > 1.6 && processes > 1.6, "one CPU computes one thing at a time\n{shown}");
        for cpus in ["1 CPU ", "2 CPUs"] {
            let Some(waiting) = row(&format!("{language} I/O-bound, {cpus}: ")) else { continue };
            let (threads, processes) = times(waiting);
            assert!(threads < 1.6, "two waits at once take as long as one\n{shown}");
            assert!(processes < 3.0, "the same, and a start of two processes\n{shown}");
        }
    }
    assert!(number_after(&shown, "MiB over loopback: ") > 0, "{shown}");
    assert!(
        number_after(&shown, " ms of CPU, ") > 50,
        "54: the kernel copies, the program hardly works\n{shown}"
    );
}

/// What is measured on one CPU has one, whatever else the machine does: the kernel says so.
#[rstest]
fn a_measurement_on_one_cpu_has_one(#[values(Who::Rust, Who::Python)] who: Who) {
    let Some(command) = command(who, 7, "answers", &["--measure", "1"]) else { return };
    let start = lab::Start { addr: "", dir: &std::env::temp_dir(), extra: &[], typed: false };
    let subject = lab::Subject::start(&command, start).unwrap();
    let allowed = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", subject.pid())).unwrap_or_default();
        let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        list.unwrap_or_default().trim().to_string()
    };
    let one = || allowed().parse::<u32>().is_ok();
    assert!(lab::until(lab::Deadline::after(Duration::from_secs(10)), || one() || !subject.is_alive()));
    assert!(one(), "it ended, and its CPUs were always more than one: {}", allowed());
}

/// Each thread is an actor of the recording and counts its own events.
#[test]
fn threads_are_actors_of_the_trace() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trace.jsonl");
    printed(7, &["race", "--trace-out", file.to_str().unwrap()]);
    let text = std::fs::read_to_string(&file).unwrap();
    let records: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |actor: &str| records.iter().filter(|record| record.actor == actor).collect::<Vec<_>>();
    for actor in ["race", "thread-0", "thread-1", "thread-9"] {
        assert!(!of(actor).is_empty(), "{actor}: {text}");
        // An actor that is started anew begins to count anew.
        let mut last = None;
        for record in of(actor) {
            assert!(record.seq == 0 || Some(record.seq - 1) == last, "{actor}: {text}");
            last = Some(record.seq);
        }
    }
    // 20 additions, 20 sleepers; one at a time.
    let mut owner: Option<&str> = None;
    let mut taken = 0;
    for record in &records {
        match record.event {
            Event::LockGot { .. } => {
                assert_eq!(owner.replace(&record.actor), None, "two have the lock\n{text}");
                taken += 1;
            }
            Event::LockRelease { .. } => assert_eq!(owner.take(), Some(record.actor.as_str()), "{text}"),
            _ => {}
        }
    }
    assert_eq!((taken, owner), (40, None), "{text}");
}

/// A prompt is for people: a pipe gets event lines only, in either language.
#[rstest]
fn the_event_lines_do_not_change_with_the_language(#[values("en", "zh")] lang: &str) {
    let mut child = Command::new(crate::common::binary(7))
        .args(["event", "--count", "2", "--lang", lang])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"no\ntrue\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<&str> = shown.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "after clear: is_set false, wait(0.05) false",
            "after set: is_set true, wait(0.05) true",
            "at first: is_set false, wait(0.05) false",
            "execute 0",
            "execute 1",
            "open",
            "start,0",
            "start,1",
            "still closed: no",
        ]
    );
}
