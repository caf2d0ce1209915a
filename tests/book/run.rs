//! Running what the book tells its readers to run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use crate::common::{binary, several_at_once};
use crate::text::root;

/// Each demo promises to end within 5 s; a busy machine gets more.
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

/// Runs each command.
pub fn run_all(commands: BTreeSet<Vec<String>>) -> BTreeMap<Vec<String>, Ran> {
    several_at_once(commands.into_iter().collect(), |words| {
        let printed = run(&words);
        (words, printed)
    })
    .into_iter()
    .collect()
}

/// All that a program printed, stdout and stderr as they come to a terminal, and how it ended; or why it is not known.
pub type Ran = Result<(String, ExitStatus), String>;

/// Runs a lesson's program: the first word is its name. Once; who asks again is told the same.
pub fn run(words: &[String]) -> Ran {
    static DONE: Mutex<BTreeMap<Vec<String>, Arc<OnceLock<Ran>>>> = Mutex::new(BTreeMap::new());
    let place = Arc::clone(DONE.lock().unwrap().entry(words.to_vec()).or_default());
    place.get_or_init(|| run_now(words)).clone()
}

fn run_now(words: &[String]) -> Ran {
    let (name, arguments) = words.split_first().ok_or("no program")?;
    let lesson = name.strip_prefix("lesson").and_then(|number| number.parse().ok());
    let lesson = lesson.filter(|lesson| (1..=8).contains(lesson));
    let program = binary(lesson.ok_or_else(|| format!("there is no program `{name}`"))?);
    let (mut reader, writer) = io::pipe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(arguments.iter().skip_while(|word| *word == "--"))
        .current_dir(root())
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
    let output = output.map_err(|error| format!("the output of `{}`: {error}", words.join(" ")))?;
    Ok((output, status))
}
