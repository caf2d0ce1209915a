//! Demos: the real parts of a lesson, run as processes, shown as one transcript.

use std::collections::HashMap;
use std::env;
use std::io::{self, BufRead, BufReader, PipeReader, Write, pipe};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::{Session, Text};
use crate::sys::keep_from_children;
use crate::trace::{Entry, Record, Trace, merge};

/// How long one part of a demo may take.
const PATIENCE: Duration = Duration::from_secs(4);

/// A sentence of why, shown once, after the first line of an actor that begins with `call`.
#[derive(Debug, Clone, Copy)]
pub struct Note {
    /// The name given to [`Stage::start`] or [`Stage::run`].
    pub actor: &'static str,
    /// How the line begins: `accept(`.
    pub call: &'static str,
    /// Why it is so.
    pub why: Text,
}

/// A place where parts of this program play together.
///
/// Each part is this same executable, started again with `--trace-out -`: what it prints and the
/// calls it makes come back in its own order, and [`Stage::show`] puts all actors into one order
/// in which it can have happened ([`merge`]). With `--trace-out` of its own the demo records them
/// all as they come. Whoever is still running when the stage is dropped
/// is killed.
#[derive(Debug)]
pub struct Stage<'a> {
    session: &'a Session,
    actors: Vec<Actor>,
}

#[derive(Debug)]
struct Actor {
    name: &'static str,
    is_server: bool,
    child: Child,
    lines: Receiver<Entry>,
    reader: Option<JoinHandle<()>>,
    script: Vec<Entry>,
    status: Option<ExitStatus>,
}

impl<'a> Stage<'a> {
    /// An empty stage.
    pub fn new(session: &'a Session) -> Self {
        Stage { session, actors: Vec::new() }
    }

    /// Starts a server part and waits for its ready line; returns the address in it.
    ///
    /// # Errors
    /// When it cannot be started or is not ready within 4 s.
    pub fn start(&mut self, name: &'static str, arguments: &[&str]) -> anyhow::Result<String> {
        let actor = self.spawn(name, arguments)?;
        actor.child.stdin = None;
        actor.is_server = true;
        actor.wait_for_line("listening on ")
    }

    /// Waits until the actor `name` prints a line that begins with `begin`; returns the rest of it.
    ///
    /// # Errors
    /// When there is no such line within 4 s.
    pub fn wait_for_line(&mut self, name: &str, begin: &str) -> anyhow::Result<String> {
        self.actor(name)?.wait_for_line(begin)
    }

    /// Waits until the actor `name` has made a call that begins with `begin` (`[thread-0] waits for`), if it has not yet.
    ///
    /// # Errors
    /// When there is no such call within 4 s.
    pub fn wait_for_call(&mut self, name: &str, begin: &str) -> anyhow::Result<()> {
        let actor = self.actor(name)?;
        let deadline = Instant::now() + PATIENCE;
        while !actor.script.iter().any(|entry| shown(entry).starts_with(begin)) {
            let next = actor.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            actor.script.push(next.with_context(|| format!("{name} did not do '{begin}…'"))?);
        }
        Ok(())
    }

    /// Types `text` to the client `name`.
    ///
    /// # Errors
    /// Those of write(2): `BrokenPipe` when it has ended.
    pub fn type_in(&mut self, name: &str, text: &str) -> anyhow::Result<()> {
        self.actor(name)?.type_in(text)
    }

    fn actor(&mut self, name: &str) -> anyhow::Result<&mut Actor> {
        let actor = self.actors.iter_mut().find(|actor| actor.name == name);
        actor.with_context(|| format!("nobody on stage is called {name}"))
    }

    /// Runs a client part to its end, with `stdin` as its input.
    ///
    /// # Errors
    /// When it cannot be started or does not end within 4 s.
    pub fn run(&mut self, name: &'static str, arguments: &[&str], stdin: &str) -> anyhow::Result<ExitStatus> {
        let actor = self.spawn(name, arguments)?;
        // A part that has ended already does not read its input: its own output says why.
        let _ = actor.type_in(stdin);
        actor.child.stdin = None;
        actor.finish()
    }

    /// Starts a client part that goes on while others run: its input is what is typed to it
    /// ([`type_in`](Stage::type_in)), and [`Stage::show`] waits for it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_client(&mut self, name: &'static str, arguments: &[&str]) -> anyhow::Result<()> {
        self.spawn(name, arguments).map(|_| ())
    }

    /// Stops every server with SIGTERM, waits for all, and prints what everyone did.
    ///
    /// # Errors
    /// When a part does not end within 4 s, and those of [`Session::line`].
    pub fn show(mut self, notes: &[Note]) -> anyhow::Result<()> {
        // Clients end by themselves; a server is asked to when nobody needs it any more.
        for actor in self.actors.iter_mut().filter(|actor| !actor.is_server) {
            actor.finish()?;
        }
        for actor in self.actors.iter_mut().filter(|actor| actor.is_server) {
            actor.ask_to_stop();
            actor.finish()?;
        }
        // What a server did after it was stopped came after everything that clients did.
        let mut scripts = Vec::new();
        let mut endings = Vec::new();
        for (who, actor) in self.actors.iter_mut().enumerate() {
            let ending = actor.script.split_off(actor.end_of_service());
            scripts.push(std::mem::take(&mut actor.script));
            endings.extend(ending.into_iter().map(|entry| (who, entry)));
        }
        let mut unused: Vec<&Note> = notes.iter().collect();
        let width = self.actors.iter().map(|actor| actor.name.len()).max().unwrap_or(0);
        for (who, entry) in merge(&scripts).into_iter().chain(endings) {
            let name = self.actors[who].name;
            let text = shown(&entry);
            self.session.line(format!("  {name:width$} | {text}"))?;
            let note = unused.iter().position(|note| note.actor == name && text.starts_with(note.call));
            if let Some(at) = note {
                let why = unused.remove(at).why.get(self.session.lang());
                self.session.line(format!("  {:width$} |     # {why}", ""))?;
            }
        }
        Ok(())
    }

    fn spawn(&mut self, name: &'static str, arguments: &[&str]) -> anyhow::Result<&mut Actor> {
        let (reader, writer) = pipe()?;
        // Errors go the same way as output, so that they keep their place in the order.
        let errors = writer.try_clone()?;
        let program = env::current_exe().context("cannot find this program itself")?;
        // Whatever this program was started with: an actor's descriptors have the same numbers.
        keep_from_children(3);
        let child = Command::new(program)
            .args(arguments)
            .args(["--trace-out", "-", "--lang", self.session.lang().name()])
            .stdin(Stdio::piped())
            .stdout(writer)
            .stderr(errors)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let (sender, lines) = channel();
        let part = arguments.first().unwrap_or(&"demo").to_string();
        let trace = self.session.trace().actor(name);
        // Named after the actor, because what the actor does is passed on by this thread.
        let reader =
            thread::Builder::new().name(name.to_string()).spawn(move || read(reader, &part, &trace, &sender));
        let (reader, trouble) = match reader {
            Ok(reader) => (Some(reader), None),
            Err(error) => (None, Some(error)),
        };
        let script = Vec::new();
        // On stage first: whatever happens from here on, the child is killed when the stage goes.
        self.actors.push(Actor { name, is_server: false, child, lines, reader, script, status: None });
        if let Some(error) = trouble {
            return Err(error).context("cannot start a thread");
        }
        self.actors.last_mut().context("the actor was just pushed")
    }
}

/// Ends by itself when the part has closed its output: at its exit at the latest.
///
/// What the part records is recorded in `trace` too, at the time at which it is heard here.
fn read(output: PipeReader, part: &str, trace: &Trace, sender: &Sender<Entry>) {
    let mut threads: HashMap<String, Trace> = HashMap::new();
    for line in BufReader::new(output).lines().map_while(io::Result::ok) {
        let entry = match serde_json::from_str::<Record>(&line) {
            Ok(record) if record.actor == part => {
                trace.record(|| record.event.clone());
                Entry::Event(record.event)
            }
            Ok(record) => {
                let thread = threads.entry(record.actor.clone());
                let trace = thread.or_insert_with_key(|name| trace.actor(name));
                trace.record(|| record.event.clone());
                Entry::Thread(record.actor, record.event)
            }
            Err(_) => Entry::Said(line),
        };
        if sender.send(entry).is_err() {
            return;
        }
    }
}

/// An entry as the transcript shows it.
fn shown(entry: &Entry) -> String {
    match entry {
        Entry::Event(event) => event.to_string(),
        Entry::Thread(thread, event) => format!("[{thread}] {event}"),
        Entry::Said(line) => format!("> {line}"),
    }
}

impl Actor {
    fn type_in(&mut self, text: &str) -> anyhow::Result<()> {
        let stdin = self.child.stdin.as_mut();
        let stdin = stdin.with_context(|| format!("{} has no input any more", self.name))?;
        stdin.write_all(text.as_bytes()).with_context(|| format!("cannot type to {}", self.name))
    }

    fn wait_for_line(&mut self, begin: &str) -> anyhow::Result<String> {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(entry) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            let found = match &entry {
                Entry::Said(line) => line.strip_prefix(begin).map(str::to_string),
                Entry::Event(_) | Entry::Thread(..) => None,
            };
            self.script.push(entry);
            if let Some(rest) = found {
                return Ok(rest);
            }
        }
        bail!("{} did not say '{begin}…' within {PATIENCE:?}; it said: {:?}", self.name, self.script)
    }

    /// Where its script tells that it was stopped.
    fn end_of_service(&self) -> usize {
        let is_end = |entry: &Entry| matches!(entry, Entry::Said(line) if line.starts_with("stopped after"));
        self.script.iter().position(is_end).unwrap_or(self.script.len())
    }

    fn ask_to_stop(&self) {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            // It may have ended already, which is what we want.
            let _ = kill_process(pid, Signal::TERM);
        }
    }

    fn finish(&mut self) -> anyhow::Result<ExitStatus> {
        if let Some(status) = self.status {
            return Ok(status);
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(entry) => self.script.push(entry),
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait()?;
                    self.status = Some(status);
                    return Ok(status);
                }
                Err(RecvTimeoutError::Timeout) => bail!("{} did not end within {PATIENCE:?}", self.name),
            }
        }
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        // Both fail only when it has ended and was collected already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
