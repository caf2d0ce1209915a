//! F1: a loop around select, turn by turn.

use super::model::{Block, Figure, Frame, Story};
use super::recording::{line_with, parse, read, source};
use super::{counted, grouped};
use anyhow::{Context, Result, ensure};
use netkit::trace::{Direction, Event, Record};
use std::collections::HashMap;

pub(super) const NAME: &str = "select-loop";
const TITLE: &str = "A loop around select, turn by turn";

/// Each story: its name in the command, its title, what to look at.
const STORIES: [(&str, &str, &str); 4] = [
    (
        "normal",
        "Two clients",
        "Each reply waits in its client's queue for one turn, and only so long is that client watched for writing.",
    ),
    (
        "half-close",
        "Send and close",
        "A says everything and ends its half. The server still owes it a reply, and closes after that.",
    ),
    (
        "slow",
        "A slow reader",
        "A reads nothing for a while. Its queue does not empty, it is not writable, and B is served all the same.",
    ),
    (
        "forgotten",
        "Left in the write set",
        "A has nothing to get and stays in the write set. Each wait returns at once: the loop never sleeps.",
    ),
];

/// How a reader makes frames of a run of their own.
const OWN: &str = "cargo run --bin lesson5 -- server --trace-out run.jsonl\ncargo xtask figure select-loop run.jsonl > run.json";

/// The lesson's own source, and the words by which the line of a call is found.
const SOURCE: (&str, &str) = ("lessons/lesson5/select_server.rs", "turn");
const WAIT: &str = "selector.wait(";
const ACCEPT: &str = "accept_non_blocking(";
const RECV: &str = "client.recv(";
const SEND: &str = "client.send(";
const CLOSE: &str = "self.close(";

pub(super) fn figure() -> Result<Figure> {
    let code = source(SOURCE.0, SOURCE.1)?;
    let stories = STORIES.iter().map(|&(name, title, about)| {
        let records = read(&format!("lesson5-turns-{name}"))?;
        let (titles, frames) = frames(&records, &code).with_context(|| format!("the story {name}"))?;
        let command = format!("cargo run --bin lesson5 turns {name} --trace-out -");
        Ok(Story { title, about, command, titles, frames })
    });
    let stories: Vec<Story> = stories.collect::<Result<_>>()?;
    // The slow reader, when B speaks.
    let still = stories[2].frames.iter().position(|frame| frame.said.starts_with("B sends"));
    let still = (2, still.context("B says nothing beside the slow reader")?);
    Ok(Figure { name: NAME, title: TITLE, code, stories, own: OWN, still })
}

/// The figure with the one story that `trace` tells, for `cargo xtask figure`.
///
/// # Errors
/// As [`frames`].
pub(super) fn of_trace(trace: &str) -> Result<Figure> {
    let code = source(SOURCE.0, SOURCE.1)?;
    let (titles, frames) = frames(&parse(trace)?, &code)?;
    let (title, about) = ("A run of your own", "The lines of source are those of the book's small server.");
    let stories = vec![Story { title, about, command: String::new(), titles, frames }];
    Ok(Figure { name: NAME, title: TITLE, code, stories, own: "", still: (0, 0) })
}

/// The rows' titles and the frames of one recording.
///
/// # Errors
/// When it is no recording of an echo server around select.
pub(super) fn frames(records: &[Record], code: &[String]) -> Result<(Vec<String>, Vec<Frame>)> {
    let server = records.iter().find(|record| matches!(record.event, Event::Listen { error: None, .. }));
    let server = &server.context("nobody listens")?.actor;
    let clients = accepted(records);
    ensure!(clients.len() <= 26, "{} clients: a figure has letters for 26", clients.len());
    let mut state = State::default();
    let mut frames = Vec::new();
    for record in records {
        let step = if record.actor == *server {
            if matches!(&record.event, Event::Close { fd, .. } if state.name(*fd) == "L") {
                break; // the program ends
            }
            state.server(&record.event)?
        } else {
            client(&record.actor, &record.event, state.waits)
        };
        if let Some(Step { said, call, about }) = step {
            let line = call.map(|call| line_with(code, call)).transpose()?;
            frames.push(Frame { said, line, rows: state.rows(&clients, about.as_deref()) });
        }
    }
    // Who leaves when the program ends is no part of the story.
    while frames.pop_if(|last| last.said.ends_with(" closes.")).is_some() {}
    ensure!(!frames.is_empty(), "nothing happens in it");
    let fixed = [
        "Given to the wait: to read",
        "Given to the wait: to write",
        "Returned: readable",
        "Returned: writable",
    ];
    let queues = clients.iter().map(|client| format!("Queue for {client}"));
    Ok((fixed.map(str::to_owned).into_iter().chain(queues).collect(), frames))
}

/// The names of the clients, in the order in which they came.
fn accepted(records: &[Record]) -> Vec<String> {
    let count = records.iter().filter(|record| matches!(record.event, Event::Accept { .. })).count();
    (0..count).map(letter).collect()
}

fn letter(at: usize) -> String {
    ('A'..='Z').nth(at).map(String::from).unwrap_or_default()
}

/// What a frame shows of one event.
struct Step {
    said: String,
    /// Words of the line of source.
    call: Option<&'static str>,
    /// Whom it is about.
    about: Option<String>,
}

/// What is known after some events.
#[derive(Default)]
struct State {
    names: HashMap<i32, String>,
    came: usize,
    waits: bool,
    reading: Vec<String>,
    writing: Vec<String>,
    readable: Vec<String>,
    writable: Vec<String>,
    /// Bytes received from a client and not yet sent back.
    queues: HashMap<String, usize>,
    /// Who will send no more.
    ended: Vec<String>,
}

impl State {
    fn name(&self, fd: i32) -> &str {
        self.names.get(&fd).map_or("?", String::as_str)
    }

    /// Descriptors, as the trace writes them, by their names; those that are no socket of ours left out.
    fn known(&self, descriptors: &[String]) -> Vec<String> {
        let numbers = descriptors.iter().filter_map(|text| text.parse().ok());
        numbers.filter_map(|fd: i32| self.names.get(&fd).cloned()).collect()
    }

    fn server(&mut self, event: &Event) -> Result<Option<Step>> {
        self.waits = matches!(event, Event::WaitEnter { .. });
        let step = |said: String, call, about: &str| Step { said, call, about: Some(about.to_owned()) };
        Ok(Some(match event {
            Event::Listen { fd, .. } => {
                self.names.insert(*fd, "L".to_owned());
                step("The server listens: L is its listener.".to_owned(), None, "L")
            }
            Event::WaitEnter { watching, reading, writing, .. } => {
                let reading = if reading.is_empty() && writing.is_empty() { watching } else { reading };
                (self.reading, self.writing) = (self.known(reading), self.known(writing));
                (self.readable, self.writable) = (Vec::new(), Vec::new());
                Step { said: "The server waits.".to_owned(), call: Some(WAIT), about: None }
            }
            Event::WaitReturn { readable, writable } => {
                (self.readable, self.writable) = (self.known(readable), self.known(writable));
                Step { said: self.returned(), call: Some(WAIT), about: None }
            }
            Event::Accept { new_fd, .. } => {
                let name = letter(self.came);
                self.came += 1;
                self.queues.insert(name.clone(), 0);
                self.names.insert(*new_fd, name.clone());
                step(format!("accept: the server has a socket for {name}."), Some(ACCEPT), &name)
            }
            Event::Recv { fd, bytes, .. } => {
                let name = self.name(*fd).to_owned();
                *self.queues.entry(name.clone()).or_default() += bytes;
                let bytes = counted(*bytes);
                step(format!("recv: {bytes} from {name}, into the queue for {name}."), Some(RECV), &name)
            }
            Event::Send { fd, asked, bytes, .. } => {
                let name = self.name(*fd).to_owned();
                let queue = self.queues.entry(name.clone()).or_default();
                ensure!(*queue >= *asked, "{asked} bytes are sent to {name} of {queue} in its queue");
                *queue -= bytes;
                let said = match *queue {
                    0 => format!(
                        "send: the kernel takes all {}. The queue for {name} is empty.",
                        counted(*bytes)
                    ),
                    left => {
                        let taken = grouped(*bytes);
                        format!(
                            "send: the kernel takes {taken} of {}. {} stay.",
                            counted(*asked),
                            grouped(left)
                        )
                    }
                };
                step(said, Some(SEND), &name)
            }
            Event::Eof { fd } => {
                let name = self.name(*fd).to_owned();
                self.ended.push(name.clone());
                step(format!("recv: 0 bytes. {name} will send no more."), Some(RECV), &name)
            }
            Event::Reset { fd, call, error } => {
                let name = self.name(*fd).to_owned();
                step(format!("{call}: {error}. {name} has thrown the connection away."), Some(RECV), &name)
            }
            Event::Close { fd, direction: Direction::Both } => {
                let Some(name) = self.names.remove(fd) else { return Ok(None) };
                for set in [&mut self.reading, &mut self.writing, &mut self.readable, &mut self.writable] {
                    set.retain(|known| *known != name);
                }
                let said = match (self.ended.contains(&name), self.queues.remove(&name)) {
                    (true, Some(0)) => "has ended and its queue is empty: out of both sets, and closed.",
                    _ => "is out of both sets, and closed.",
                };
                step(format!("{name} {said}"), Some(CLOSE), &name)
            }
            _ => return Ok(None),
        }))
    }

    fn returned(&self) -> String {
        let list = |names: &[String], word: &str| match names {
            [] => None,
            [one] => Some(format!("{one} is {word}")),
            [first @ .., last] => Some(format!("{} and {last} are {word}", first.join(", "))),
        };
        let both = [list(&self.readable, "readable"), list(&self.writable, "writable")];
        let found: Vec<String> = both.into_iter().flatten().collect();
        match found.is_empty() {
            true => "The wait returns: nothing.".to_owned(),
            false => format!("The wait returns: {}.", found.join("; ")),
        }
    }

    fn rows(&self, clients: &[String], about: Option<&str>) -> Vec<Vec<Block>> {
        let names = |list: &[String]| {
            list.iter().map(|name| Block::new(name, about == Some(name))).collect::<Vec<_>>()
        };
        let lists = [&self.reading, &self.writing, &self.readable, &self.writable].map(|list| names(list));
        let queues = clients.iter().map(|client| {
            let text = match self.queues.get(client) {
                None => return Vec::new(),
                Some(0) => "empty".to_owned(),
                Some(bytes) => counted(*bytes),
            };
            vec![Block::new(text, about == Some(client))]
        });
        lists.into_iter().chain(queues).collect()
    }
}

/// What a client does while the server waits.
fn client(name: &str, event: &Event, server_waits: bool) -> Option<Step> {
    let said = match event {
        Event::Connect { error: None, .. } => format!("{name} connects."),
        Event::Send { bytes, .. } => format!("{name} sends {}.", counted(*bytes)),
        Event::Recv { bytes, .. } => format!("{name} receives {}.", counted(*bytes)),
        Event::Eof { .. } => format!("{name} receives the end: the server has closed."),
        Event::Close { direction: Direction::Both, .. } => format!("{name} closes."),
        Event::Close { .. } => format!("{name} says that it will send no more, and still listens."),
        _ => return None,
    };
    // Nothing in the server's lists is about that yet.
    Some(Step { said, call: server_waits.then_some(WAIT), about: None })
}
