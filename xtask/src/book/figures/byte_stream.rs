//! F3: what is sent, what the stream keeps of it, what each receive takes, and what a rule makes of
//! that (粘包).

use super::counted;
use super::model::{Block, Figure, Frame, Story};
use super::recording::read;
use anyhow::{Context, Result, ensure};
use netkit::framing::{Frames, Line, Lines};
use netkit::trace::{Event, Record};

pub(super) const NAME: &str = "byte-stream";

/// How a receiver finds messages.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Rule {
    None,
    Ack,
    Newline,
    Length,
}

/// Each story: the recording, its arguments, its rule, its title, what to look at.
const STORIES: [(&str, &str, Rule, &str, &str); 5] = [
    (
        "none",
        "none",
        Rule::None,
        "No rule, small receives",
        "Each receive is taken for a message. The first one is right, by luck of timing.",
    ),
    (
        "large",
        "none --receive 64",
        Rule::None,
        "No rule, large receives",
        "A larger buffer cuts nothing, and glues instead: two messages are one.",
    ),
    (
        "ack",
        "ack --receive 64",
        Rule::Ack,
        "An acknowledgement",
        "A header, an answer, the content that it announced; then the next header. Nothing separates those last two.",
    ),
    (
        "newline",
        "newline",
        Rule::Newline,
        "A delimiter",
        "A newline ends each message. What has none yet is kept for the next receive.",
    ),
    (
        "length",
        "length",
        Rule::Length,
        "A length before each message",
        "Four bytes say how long the message is. It may be cut anywhere, in the length too.",
    ),
];

/// The rows of each frame.
const TITLES: [&str; 5] = ["Sent", "In the stream", "Received", "Messages", "Kept for later"];

/// No message of a figure is longer, in bytes.
const LIMIT: usize = 1024;

pub(super) fn figure() -> Result<Figure> {
    let stories = STORIES.iter().map(|&(name, arguments, rule, title, about)| {
        let records = read(&format!("lesson6-stream-{name}"))?;
        let frames = frames(&records, rule).with_context(|| format!("the story {name}"))?;
        let command = format!("cargo run --bin lesson6 stream {arguments} --trace-out -");
        Ok(Story { title, about, command, titles: TITLES.map(str::to_owned).to_vec(), frames })
    });
    let stories: Vec<Story> = stories.collect::<Result<_>>()?;
    // The last receive of the first story: everything has gone wrong.
    let still = (0, stories[0].frames.len() - 1);
    let title = "Three sends, one stream of bytes";
    Ok(Figure { name: NAME, title, code: Vec::new(), stories, own: "", still })
}

/// The frames of one recording.
///
/// # Errors
/// When it is no recording of `lesson6 stream`.
pub(super) fn frames(records: &[Record], rule: Rule) -> Result<Vec<Frame>> {
    let mut state = State::new(rule);
    let mut frames = Vec::new();
    for record in records {
        if let Some(said) = state.take(&record.actor, &record.event)? {
            frames.push(Frame { said, line: None, rows: state.rows() });
        }
    }
    ensure!(frames.len() > 1, "nothing is sent in it");
    ensure!(state.stream.is_empty(), "{} bytes are never received", state.stream.len());
    Ok(frames)
}

struct State {
    rule: Rule,
    sent: Vec<String>,
    /// Sent and not yet received.
    stream: Vec<Unit>,
    received: Vec<String>,
    messages: Vec<String>,
    /// Received, and not yet a message.
    kept: Vec<Unit>,
    lines: Lines,
    framed: Frames,
    /// With acknowledgements: bytes that the last header announced.
    announced: Option<usize>,
    /// What the last step was about: how many blocks at the end of each row are new.
    new: [usize; 4],
}

/// A byte and how the trace shows it.
#[derive(Clone)]
struct Unit {
    byte: u8,
    shown: String,
}

impl State {
    fn new(rule: Rule) -> Self {
        State {
            rule,
            sent: Vec::new(),
            stream: Vec::new(),
            received: Vec::new(),
            messages: Vec::new(),
            kept: Vec::new(),
            lines: Lines::new(LIMIT),
            framed: Frames::new(LIMIT),
            announced: None,
            new: [0; 4],
        }
    }

    /// What is said of an event; nothing of what is not about bytes.
    fn take(&mut self, actor: &str, event: &Event) -> Result<Option<String>> {
        self.new = [0; 4];
        Ok(match (actor, event) {
            ("client", Event::Connect { error: None, .. }) => {
                Some("The client is connected. Nothing is sent yet.".to_owned())
            }
            ("client", Event::Send { data, .. }) => {
                let units = units(data)?;
                let (text, count) = (shown(&units), units.len());
                self.sent.push(text.clone());
                self.stream.extend(units);
                self.new = [1, count, 0, 0];
                Some(match self.rule {
                    Rule::None | Rule::Ack => {
                        format!(
                            "send: {}, {text}. Nothing in the stream marks where they end.",
                            counted(count)
                        )
                    }
                    Rule::Newline | Rule::Length => format!("send: {}, {text}.", counted(count)),
                })
            }
            ("server", Event::Send { data, .. }) => {
                Some(format!("The server answers {}.", shown(&units(data)?)))
            }
            ("client", Event::Recv { data, .. }) => {
                Some(format!("The client has the answer {} and goes on.", shown(&units(data)?)))
            }
            ("server", Event::Recv { limit, bytes, .. }) => {
                ensure!(*bytes <= self.stream.len(), "{bytes} bytes are received of {}", self.stream.len());
                let units: Vec<Unit> = self.stream.drain(..bytes).collect();
                let text = shown(&units);
                self.received.push(text.clone());
                let before = self.messages.len();
                let outcome = self.parse(&units);
                self.new = [0, 0, 1, self.messages.len() - before];
                Some(format!("recv, at most {limit}: {}, {text}. {outcome}", counted(*bytes)))
            }
            _ => None,
        })
    }

    /// Finds messages in what came, and says what that gave.
    fn parse(&mut self, units: &[Unit]) -> String {
        let bytes: Vec<u8> = units.iter().map(|unit| unit.byte).collect();
        self.kept.extend_from_slice(units);
        let before = self.messages.len();
        match self.rule {
            Rule::None => {
                self.messages.push(shown(units));
                self.kept.clear();
                return "That is taken for a message.".to_owned();
            }
            Rule::Ack => return self.parse_acknowledged(&bytes),
            Rule::Newline => {
                self.lines.push(&bytes);
                while let Some(Line::Complete(line)) = self.lines.next_line() {
                    self.whole(&line, 1, false);
                }
            }
            Rule::Length => {
                self.framed.push(&bytes);
                while let Ok(Some(frame)) = self.framed.next_frame() {
                    self.whole(&frame, 4, true);
                }
            }
        }
        let found = match &self.messages[before..] {
            [] => "No message is whole yet".to_owned(),
            [one] => format!("The message {one} is whole"),
            more => format!("The messages {} are whole", more.join(" and ")),
        };
        match self.kept.len() {
            0 => format!("{found}."),
            kept => format!("{found}; kept for later: {}.", counted(kept)),
        }
    }

    /// A message with `around` bytes that are not part of it, before it or behind.
    fn whole(&mut self, message: &[u8], around: usize, before: bool) {
        let all: Vec<Unit> = self.kept.drain(..message.len() + around).collect();
        let own = if before { &all[around..] } else { &all[..message.len()] };
        self.messages.push(shown(own));
    }

    /// As the documents' server does it: a header, then pieces until there are at least as many bytes
    /// as announced.
    fn parse_acknowledged(&mut self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.kept.clear();
        match self.announced.take() {
            None => {
                self.announced = text.rsplit_once('|').and_then(|(_, size)| size.parse().ok());
                self.messages.push(format!("header {text}"));
                match self.announced {
                    Some(size) => format!("A header: {size} bytes of content are to come."),
                    None => "That is no header.".to_owned(),
                }
            }
            Some(size) => {
                self.messages.push(format!("content {text}"));
                match bytes.len().checked_sub(size) {
                    Some(more @ 1..) => {
                        format!(
                            "All of it is taken for content: {} too many. The next header is gone.",
                            counted(more)
                        )
                    }
                    _ => "That is the content.".to_owned(),
                }
            }
        }
    }

    fn rows(&self) -> Vec<Vec<Block>> {
        let marked = |texts: Vec<String>, new: usize| {
            let old = texts.len().saturating_sub(new);
            texts.into_iter().enumerate().map(|(at, text)| Block::new(text, at >= old)).collect::<Vec<_>>()
        };
        let bytes = |units: &[Unit]| units.iter().map(|unit| unit.shown.clone()).collect::<Vec<_>>();
        vec![
            marked(self.sent.clone(), self.new[0]),
            marked(bytes(&self.stream), self.new[1]),
            marked(self.received.clone(), self.new[2]),
            marked(self.messages.clone(), self.new[3]),
            marked(bytes(&self.kept), 0),
        ]
    }
}

fn shown(units: &[Unit]) -> String {
    units.iter().map(|unit| &*unit.shown).collect()
}

/// The bytes of a payload that the trace shows whole.
fn units(data: &impl ToString) -> Result<Vec<Unit>> {
    let text = data.to_string();
    let mut rest = text.trim_matches('"');
    let mut units = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (byte, length) = match (first, rest.as_bytes().get(1)) {
            ('\\', Some(b'n')) => (b'\n', 2),
            ('\\', Some(b'x')) => (u8::from_str_radix(rest.get(2..4).unwrap_or(""), 16)?, 4),
            _ => (
                u8::try_from(first)
                    .ok()
                    .filter(u8::is_ascii)
                    .with_context(|| format!("`{first}` in a stream"))?,
                1,
            ),
        };
        units.push(Unit { byte, shown: rest[..length].to_owned() });
        rest = &rest[length..];
    }
    Ok(units)
}
