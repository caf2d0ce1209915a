//! Lesson 8: processes and pools. The same checks pass the Rust lesson and its twin.

use std::sync::Arc;
use std::time::Duration;

use crate::common::{Who, check, command, number_after, printed};
use lab::{Deadline, Options, Start, Stream, Subject, until};
use netkit::trace::{Event, Record};
use rstest::rstest;
use rustix::process::Signal;
use tempfile::tempdir;

#[rstest]
#[case("processes")]
#[case("isolation")]
#[case("array")]
#[case("dict")]
#[case("join")]
#[case("lock")]
#[case("pool")]
fn a_part_keeps_its_promises(#[case] part: &str, #[values(Who::Rust, Who::Python)] who: Who) {
    check(&format!("lesson8.{part}"), who, 8, part, &[]);
}

/// The same children, by starting the program anew.
#[rstest]
#[case("say-hi")]
#[case("real-processes")]
#[case("exit-codes")]
#[case("no-orphans")]
fn children_by_spawn_keep_them_too(#[case] only: &str, #[values(Who::Rust, Who::Python)] who: Who) {
    let suite = lab::suite("lesson8.processes").unwrap();
    let Some(command) = command(who, 8, "processes", &["--way", "spawn"]) else { return };
    let options = Options { only: Some(only.to_string()), ..Options::patient() };
    suite.run(&command, &options).assert_passed();
}

/// What a part prints in the end, all of it, within `seconds`.
fn lines(who: Who, part: &str, args: &[&str], seconds: u64) -> Option<Vec<String>> {
    let command = command(who, 8, part, args)?;
    let folder = tempdir().unwrap();
    let start = Start { addr: "", dir: folder.path(), extra: &[], typed: false };
    let subject = Subject::start(&command, start).unwrap();
    let exit = subject.wait(Deadline::after(Duration::from_secs(seconds)));
    let shown = subject.tail(Stream::Stdout, usize::MAX);
    assert_eq!(exit.map_err(|failure| failure.to_string()), Ok(lab::Exit::Code(0)), "{shown:?}");
    Some(shown)
}

/// Whatever becomes of a task, its caller is told, and nobody else notices. CPython's pool hangs.
#[rstest]
fn a_lost_task_is_told_and_costs_nobody_else(#[values(Who::Rust, Who::Python)] who: Who) {
    let Some(shown) = lines(who, "crash", &["--timeout", "1"], 20) else { return };
    let ours = [
        "panic: panicked",
        "abort: lost, exitcode -6",
        "kill: lost, exitcode -9",
        "exit: lost, exitcode 3",
        "forever: timeout",
        "others: 10 of 10",
        "workers: 3 of 3",
        "children left: 0",
    ];
    assert_eq!(shown.iter().take(ours.len()).collect::<Vec<_>>(), ours.iter().collect::<Vec<_>>());
    // Without Python there is nothing to compare with.
    let compared: Vec<&String> = shown.iter().skip(ours.len()).collect();
    let python = command(Who::Python, 8, "crash", &[]).is_some();
    let result = if python { "no result in 1 s" } else { "no python3 here" };
    assert_eq!(compared, [&format!("CPython's Pool, kill: {result}")]);
}

/// CLAIMS 55: a child shares its parent's memory until one of them writes.
#[rstest]
fn memory_is_copied_when_it_is_written(#[values(Who::Rust, Who::Python)] who: Who) {
    let Some(shown) = lines(who, "processes", &["--count", "1", "--measure"], 60) else { return };
    let shown = shown.join("\n");
    assert!(number_after(&shown, "memory of a child ") < 20, "{shown}");
    assert!((100..120).contains(&number_after(&shown, "writing to 100 MB ")), "{shown}");
    for way in ["cost fork ", "cost spawn ", "cost fork with 200 MB "] {
        assert!(shown.contains(way), "{shown}");
    }
}

/// Ctrl-C reaches the whole group. Nothing is left, neither workers nor a manager.
#[rstest]
#[case("processes", "say hi 9 ")]
#[case("dict", "visible ")]
#[case("pool", "end")]
fn an_interrupt_ends_them_all(
    #[case] part: &str,
    #[case] begin: &str,
    #[values(Who::Rust, Who::Python)] who: Who,
) {
    let Some(command) = command(who, 8, part, &["--sleep", "60"]) else { return };
    heed_interrupts();
    let folder = tempdir().unwrap();
    let start = Start { addr: "", dir: folder.path(), extra: &[], typed: false };
    let subject = Subject::start(&command, start).unwrap();
    let deadline = Deadline::after(Duration::from_secs(10));
    subject.line(Stream::Stdout, begin, deadline, &mut |line| line.starts_with(begin)).unwrap();
    assert!(!subject.companions().is_empty(), "there are children to be ended");
    subject.signal_group(Signal::INT);
    subject.wait(deadline).unwrap();
    let left = || subject.companions();
    assert!(until(deadline, || left().is_empty()), "still there: {:?}", left());
}

/// A shell starts what is in its background with SIGINT ignored, and that is inherited. A signal that
/// this program handles is back to its default in those that it starts.
fn heed_interrupts() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    if u64::from_str_radix(ignored.trim(), 16).unwrap() & (1 << (Signal::INT.as_raw() - 1)) != 0 {
        signal_hook::flag::register(Signal::INT.as_raw(), Arc::default()).unwrap();
    }
}

/// Each child that was started was collected, and the trace says so.
#[rstest]
#[case(&["processes", "--count", "4"], 7)]
#[case(&["processes", "--way", "spawn", "--count", "4"], 7)]
#[case(&["isolation"], 10)]
#[case(&["array", "--first", "1"], 2)]
#[case(&["dict"], 5)]
#[case(&["join", "--count", "2"], 4)]
#[case(&["lock", "--count", "20"], 26)]
fn a_trace_has_every_start_and_every_end(#[case] args: &[&str], #[case] children: usize) {
    let folder = tempdir().unwrap();
    let file = folder.path().join("trace.jsonl");
    printed(8, &[args, &["--trace-out", &file.display().to_string()]].concat());
    let text = std::fs::read_to_string(&file).unwrap();
    let records: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut open = Vec::new();
    for record in &records {
        assert_eq!(record.actor, args[0]);
        match &record.event {
            Event::Fork { child } => open.push(*child),
            Event::Spawn { child } => open.push(child.strip_prefix("Process-").unwrap().parse().unwrap()),
            Event::Reap { child, .. } => {
                let at = open.iter().position(|known| known == child);
                open.swap_remove(at.unwrap_or_else(|| panic!("{child} was never started:\n{text}")));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(open.is_empty() && records.len() == 2 * children, "{open:?}\n{text}");
}

#[test]
fn a_pools_trace_has_each_task_and_its_callback() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("trace.jsonl");
    printed(8, &["pool", "--sleep", "0.01", "--trace-out", &file.display().to_string()]);
    let text = std::fs::read_to_string(&file).unwrap();
    for event in ["submit", "callback"] {
        for task in 0..10 {
            let one = format!("\"ev\":\"{event}\",\"args\":{{\"task\":{task}}}");
            assert_eq!(text.matches(&one).count(), 1, "{one}\n{text}");
        }
    }
}
