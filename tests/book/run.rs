//! Running what the book tells its readers to run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use crate::common::several_at_once;

const PATIENCE: Duration = Duration::from_secs(60);

/// The words behind each `cargo run --bin`, up to what is the shell's or the sentence's.
pub fn commands(text: &str) -> Vec<Vec<String>> {
    text.split("cargo run --bin ")
        .skip(1)
        .map(|rest| {
            let end = rest.find(['`', '\n', '|', '&', ';', '>', '#']).unwrap_or(rest.len());
            let mut words: Vec<String> = Vec::new();
            for word in rest[..end].split_whitespace() {
                if word.starts_with('"') || word.starts_with('$') {
                    // Something that the shell fills in.
                    words.push("x".to_string());
                    break;
                }
                words.push(word.to_string());
            }
            words
        })
        .collect()
}

/// Runs each command once.
pub fn run_all(commands: BTreeSet<Vec<String>>) -> BTreeMap<Vec<String>, Result<(String, bool), String>> {
    several_at_once(commands.into_iter().collect(), |words| {
        let printed = run(&words);
        (words, printed)
    })
    .into_iter()
    .collect()
}

/// Runs a lesson's program; returns all that it prints, and whether it succeeded.
pub fn run(words: &[String]) -> Result<(String, bool), String> {
    let (name, arguments) = words.split_first().ok_or("no program")?;
    let program = match name.as_str() {
        "lesson1" => env!("CARGO_BIN_EXE_lesson1"),
        "lesson2" => env!("CARGO_BIN_EXE_lesson2"),
        "lesson3" => env!("CARGO_BIN_EXE_lesson3"),
        "lesson4" => env!("CARGO_BIN_EXE_lesson4"),
        "lesson5" => env!("CARGO_BIN_EXE_lesson5"),
        "lesson6" => env!("CARGO_BIN_EXE_lesson6"),
        "lesson7" => env!("CARGO_BIN_EXE_lesson7"),
        "lesson8" => env!("CARGO_BIN_EXE_lesson8"),
        _ => return Err(format!("there is no program `{name}`")),
    };
    let (mut reader, writer) = io::pipe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(arguments.iter().skip_while(|word| *word == "--"))
        .env("LANG", "C.UTF-8")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .stdin(Stdio::null())
        .stdout(writer.try_clone().map_err(|error| error.to_string())?)
        .stderr(writer)
        .spawn()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    let (sender, output) = channel();
    let reading = thread::Builder::new().name("reads".to_string()).spawn(move || {
        let mut text = String::new();
        let result = reader.read_to_string(&mut text).map(|_| text);
        let _ = sender.send(result);
    });
    reading.map_err(|error| error.to_string())?;
    let output = output.recv_timeout(PATIENCE);
    if output.is_err() {
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    let output = output.map_err(|_| format!("`{}` did not end within {PATIENCE:?}", words.join(" ")))?;
    Ok((output.map_err(|error| error.to_string())?, status.success()))
}
