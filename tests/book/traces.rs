//! The recordings behind the book's figures are what the programs write.
//!
//! `book/recordings/NAME.jsonl` is the trace of one run. Times, ports, pids and workers differ from run
//! to run; everything else has to be the same. With `RECORD=1` (`cargo xtask record`) the files are
//! written again.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::printed;
use serde_json::Value;

/// The file, the lesson and its arguments.
const TRACES: [(&str, u32, &[&str]); 13] = [
    ("lesson5-turns-normal", 5, &["turns", "normal"]),
    ("lesson5-turns-half-close", 5, &["turns", "half-close"]),
    ("lesson5-turns-slow", 5, &["turns", "slow"]),
    ("lesson5-turns-forgotten", 5, &["turns", "forgotten"]),
    ("lesson6-stream-none", 6, &["stream", "none"]),
    ("lesson6-stream-large", 6, &["stream", "none", "--receive", "64"]),
    ("lesson6-stream-ack", 6, &["stream", "ack", "--receive", "64"]),
    ("lesson6-stream-newline", 6, &["stream", "newline"]),
    ("lesson6-stream-length", 6, &["stream", "length"]),
    ("lesson8-timeline-apply", 8, &["timeline", "apply"]),
    ("lesson8-timeline-apply-async", 8, &["timeline", "apply-async"]),
    ("lesson8-timeline-map", 8, &["timeline", "map"]),
    ("lesson8-timeline-crash", 8, &["timeline", "crash"]),
];

const AGAIN: &str =
    "record again with `cargo xtask record` (it runs `RECORD=1 cargo test --test book traces`)";

#[test]
fn traces_are_what_the_programs_write() {
    let record = records();
    for (name, lesson, part) in TRACES {
        let arguments: Vec<&str> = part.iter().copied().chain(["--trace-out", "-"]).collect();
        let printed = printed(lesson, &arguments);
        let now: String =
            printed.lines().filter(|line| line.starts_with('{')).flat_map(|line| [line, "\n"]).collect();
        let file = folder().join(name).with_extension("jsonl");
        let recorded = fs::read_to_string(&file).unwrap_or_default();
        // Which worker is the first to be ready is chance: of processes the events are compared, not
        // their order.
        let same = match (lesson, name.ends_with("-slow")) {
            (8, _) => happened,
            (_, true) => until_it_is_full,
            _ => normal,
        };
        let (old, new) = (same(&recorded), same(&now));
        if record {
            // What says the same is not written again for other ports and times.
            if old != new {
                fs::write(file, now).unwrap();
            }
            continue;
        }
        let differs = old.iter().zip(&new).position(|(old, new)| old != new);
        let at = differs.unwrap_or(old.len().min(new.len()));
        assert!(
            old == new,
            "{name}: `lesson{lesson} {}` differs in line {}\n- {}\n+ {}\n- recorded, + now; {AGAIN}",
            part.join(" "),
            at + 1,
            old.get(at).map(String::as_str).unwrap_or("(the end)"),
            new.get(at).map(String::as_str).unwrap_or("(the end)"),
        );
    }
}

fn records() -> bool {
    std::env::var("RECORD").is_ok_and(|value| value == "1")
}

#[test]
fn every_trace_is_recorded() {
    if records() {
        return; // the other test is just writing them
    }
    let mut found: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut known = TRACES.map(|(name, ..)| name.to_string());
    known.sort();
    assert_eq!(found, known, "files of book/recordings, and who writes them");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("book/recordings")
}

/// Each line without its time, ports by the order in which they appear.
fn normal(trace: &str) -> Vec<String> {
    let mut ports = HashMap::new();
    let lines = trace.lines().map(|line| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        record["t_us"] = Value::Null;
        for key in ["addr", "from", "peer"] {
            if let Some((host, port)) = record["args"][key].as_str().and_then(|addr| addr.rsplit_once(':')) {
                let next = ports.len() + 1;
                let number = ports.entry(port.to_string()).or_insert(next);
                record["args"][key] = format!("{host}:<port {number}>").into();
            }
        }
        record.to_string()
    });
    lines.collect()
}

/// What happened, whoever did it: each event with its task.
fn happened(trace: &str) -> Vec<String> {
    let mut events: Vec<String> = trace
        .lines()
        .map(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            let by = if record["actor"] == "timeline" { "the program" } else { "a worker" };
            let (args, event) = (&record["args"], &record["ev"]);
            format!("{by}: {event} task {} status {}", args["task"], args["status"])
        })
        .collect();
    events.sort();
    events
}

#[test]
fn another_worker_is_the_same_and_another_task_is_not() {
    let line = |pid: u32, task: u32| {
        happened(&format!(r#"{{"actor":"worker {pid}","ev":"start","args":{{"task":{task}}}}}"#))
    };
    assert_eq!(line(40, 1), line(41, 1));
    assert_ne!(line(40, 1), line(40, 2));
}

/// How much a kernel takes for a client that does not read is its own affair. So: all that comes before
/// that, that it takes a part, and that everything arrives in the end.
fn until_it_is_full(trace: &str) -> Vec<String> {
    let records: Vec<Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let partial =
        |record: &Value| record["ev"] == "send" && record["args"]["asked"] != record["args"]["bytes"];
    let full = records.iter().position(partial);
    let before: String = trace.lines().take(full.unwrap_or(0)).flat_map(|line| [line, "\n"]).collect();
    let came = records.iter().filter(|record| record["actor"] == "A" && record["ev"] == "recv");
    let came: u64 = came.filter_map(|record| record["args"]["bytes"].as_u64()).sum();
    let mut lines = normal(&before);
    lines.push(format!("a part is taken: {}; in the end A has {came} bytes", full.is_some()));
    lines
}

#[test]
fn another_port_is_the_same_and_another_size_is_not() {
    let line = |port: u32, bytes: u32| {
        normal(&format!(r#"{{"t_us":{port},"args":{{"addr":"127.0.0.1:{port}","bytes":{bytes}}}}}"#))
    };
    assert_eq!(line(40_001, 3), line(40_002, 3));
    assert_ne!(line(40_001, 3), line(40_001, 4));
}
