//! # A gate
//!
//! You will learn: that an event is a flag that threads wait for without looking at it again and
//! again; that who opens it lets everyone go, and who closes it lets nobody go that comes later.
//! Run it: `cargo run --bin lesson7 event`, then type `true`.
//! Python: `threading.Event`: `set`, `clear`, `is_set`, `wait`.
//! Try: type `True`, or something else; press Ctrl-D; press Ctrl-C; `--trace`.
//!
//! Lines: `start,3` of each thread, `execute 3` of the odd ones at once and of the even ones after
//! `open`; `still closed: TEXT` after a line that is not `true`; `end of input` before `open` after
//! Ctrl-D; `stopped` after Ctrl-C. And `at first`, `after set`, `after clear`, each with `: is_set false, wait(0.05) false` or true.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::Duration;

use netkit::cli::Session;
use netkit::framing::{Line, Lines, printable};
use netkit::sync::Event;
use netkit::sys::Stop;
use netkit::trace::{Event as Happened, Trace};
use rustix::event::{PollFd, PollFlags, poll};

use crate::crew::{self, Outcome};

/// The longest line taken, in bytes.
const LINE_LIMIT: usize = 1024;

#[derive(clap::Args)]
pub struct Args {
    /// How many threads
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..=1000))]
    count: u32,
}

// ANCHOR: event
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let stop = session.stop_on_signals()?;
    let gate = Gate { event: Event::new(), is_called_off: AtomicBool::new(false) };
    tell(session, "at first", &gate.event)?;
    thread::scope(|scope| {
        let asked =
            start(session, scope, args.count, &gate).and_then(|threads| Ok((threads, ask(session, &stop)?)));
        // Whatever has happened: nobody is left waiting, or the scope would never end.
        let is_open = matches!(asked, Ok((_, true)));
        gate.is_called_off.store(!is_open, Ordering::Relaxed);
        session.trace().record(|| Happened::EventSet { event: "gate".to_string() });
        gate.event.set();
        let (threads, _) = asked?;
        threads.into_iter().try_for_each(crew::join)
    })?;
    if gate.is_called_off.into_inner() {
        session.line("stopped")?;
        return Ok(());
    }
    tell(session, "after set", &gate.event)?;
    gate.event.clear();
    tell(session, "after clear", &gate.event)
}

struct Gate {
    event: Event,
    /// Whoever is let through shall go home.
    is_called_off: AtomicBool,
}

/// A thread: an even one waits at the gate, an odd one does not.
fn pass(session: &Session, trace: &Trace, number: u32, gate: &Gate) -> Outcome {
    session.line(format!("start,{number}"))?;
    if number.is_multiple_of(2) {
        trace.record(|| Happened::EventWait { event: "gate".to_string() });
        gate.event.wait();
    }
    if !gate.is_called_off.load(Ordering::Relaxed) || !number.is_multiple_of(2) {
        session.line(format!("execute {number}"))?;
    }
    Ok(())
}
// ANCHOR_END: event

fn start<'scope>(
    session: &'scope Session,
    scope: &'scope Scope<'scope, '_>,
    count: u32,
    gate: &'scope Gate,
) -> anyhow::Result<Vec<ScopedJoinHandle<'scope, Outcome>>> {
    let mut threads = Vec::new();
    for number in 0..count {
        let work = move |trace: &Trace| pass(session, trace, number, gate);
        threads.push(crew::start(session, scope, &format!("thread-{number}"), work)?);
    }
    Ok(threads)
}

fn tell(session: &Session, when: &str, event: &Event) -> anyhow::Result<()> {
    let is_set = event.is_set();
    let waited = event.wait_timeout(Duration::from_millis(50));
    session.line(format!("{when}: is_set {is_set}, wait(0.05) {waited}"))?;
    Ok(())
}

/// Reads lines until one says `true`, or the input ends; `false` when a signal came first.
fn ask(session: &Session, stop: &Stop) -> anyhow::Result<bool> {
    let mut lines = Lines::new(LINE_LIMIT);
    let mut buffer = [0; 4096];
    prompt()?;
    loop {
        // A plain read would not see the signal.
        let stdin = io::stdin();
        let mut watched = [PollFd::new(stop, PollFlags::IN), PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut watched, None) {
            Err(rustix::io::Errno::INTR) => continue,
            ready => ready?,
        };
        if stop.is_requested() {
            return Ok(false);
        }
        let received = rustix::io::read(&stdin, &mut buffer)?;
        if received == 0 {
            // Nobody can open the gate any more, and nobody shall wait for ever.
            session.line("end of input")?;
            session.line("open")?;
            return Ok(true);
        }
        lines.push(&buffer[..received]);
        while let Some(line) = lines.next_line() {
            let said = match line {
                Line::Complete(text) if text == b"true" => {
                    session.line("open")?;
                    return Ok(true);
                }
                Line::Complete(text) => printable(&text),
                Line::TooLong => "…".to_string(),
            };
            session.line(format!("still closed: {said}"))?;
            prompt()?;
        }
    }
}

/// A person is asked; a pipe is not.
fn prompt() -> io::Result<()> {
    if io::stdin().is_terminal() {
        let mut stdout = io::stdout().lock();
        stdout.write_all(b"input: ")?;
        stdout.flush()?;
    }
    Ok(())
}
