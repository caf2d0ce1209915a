//! Why a subject did not do what was waited for: what it printed, how it ended, what it does.

use std::net::SocketAddr;
use std::time::Duration;

use super::{Stream, Subject, stuck};
use crate::proc::{self, SocketState};
use crate::{Deadline, Failure};

/// Above this, what was printed is worth a word, in bytes.
const MUCH: u64 = 1 << 20;

impl Subject {
    /// Adds what the subject printed on stderr, and its exit.
    #[must_use]
    pub fn explain(&self, failure: Failure) -> Failure {
        let mut failure = failure;
        if let Some(why) = &self.output.seen().stopped {
            failure = failure.fact(format!("the grader has ended it, because {why}"));
        }
        failure = failure.facts(self.panic_message());
        let printed = self.tail(Stream::Stderr, 8);
        failure = if printed.is_empty() {
            let stdout = self.tail(Stream::Stdout, 3);
            let shown: Vec<String> = stdout.iter().map(|line| shortened(line)).collect();
            failure.facts((!shown.is_empty()).then(|| format!("its last output: {}", shown.join(" ⏎ "))))
        } else {
            let shown: Vec<String> = printed.iter().map(|line| shortened(line)).collect();
            failure.fact(format!("its stderr ends with:\n      {}", shown.join("\n      ")))
        };
        let total = {
            let seen = self.output.seen();
            seen.stdout.total + seen.stderr.total
        };
        if total > MUCH {
            failure = failure.fact(format!("it has printed {} MB", total / 1_000_000));
        }
        match self.exit(Deadline::after(Duration::ZERO)) {
            Some(exit) => failure.fact(format!("the process has ended: {exit}")),
            None => failure,
        }
    }

    /// Explains a wait that was in vain from `/proc`: what it did meanwhile, and what it left undone.
    #[must_use]
    pub fn explain_wait(&self, failure: Failure, cpu_before: Duration) -> Failure {
        let used = self.cpu_time().saturating_sub(cpu_before);
        let mut facts = Vec::new();
        if self.is_alive() {
            let pid = self.pid();
            facts.extend(proc::doing(pid));
            facts.extend(stuck::busy(pid, used));
            facts.extend(stuck::sockets(pid));
            facts.extend(stuck::left(pid, self.at_ready()));
            for child in self.companions().into_iter().take(2) {
                let about = proc::doing(child).into_iter().chain(stuck::sockets(child));
                facts.extend(about.map(|fact| format!("its child process {child}: {fact}")));
            }
        }
        self.explain(failure.facts(facts))
    }

    /// Explains that a connection was refused at the address which the subject has named.
    #[must_use]
    pub fn explain_refusal(&self, failure: Failure, addr: SocketAddr) -> Failure {
        let everybody = std::iter::once(self.pid()).chain(self.companions());
        let sockets = everybody.flat_map(|pid| proc::sockets(pid).unwrap_or_default());
        let mut listening: Vec<SocketAddr> =
            sockets.filter(|socket| socket.state == SocketState::Listen).map(|socket| socket.local).collect();
        // Nobody listens: it may be ending just now.
        if (listening.is_empty() && self.is_ending())
            || !self.is_alive()
            || listening.iter().any(|local| local.port() == addr.port())
        {
            return self.explain(failure);
        }
        listening.sort();
        listening.dedup();
        let failure = Failure::new(format!("nobody listens at {addr}, where the program said that it does"));
        let listening: Vec<String> = listening.iter().map(ToString::to_string).collect();
        self.explain(failure.fact(if listening.is_empty() {
            "it does not listen on any TCP port: the line `listening on ADDR` comes after listen".to_owned()
        } else {
            format!("it listens on {}: print the address that getsockname gives", listening.join(", "))
        }))
    }

    /// The words of a Rust panic, which may stand far above the end of what was printed.
    fn panic_message(&self) -> Option<String> {
        let mut at = None;
        let mut message = |line: &str| match &at {
            Some(_) => true,
            None => {
                let place = line.split_once("' panicked at ").or_else(|| line.split_once(") panicked at "));
                at = place.map(|(_, place)| place.trim_end_matches(':').to_owned());
                false
            }
        };
        let line = self.output.seen().stderr.find(&mut 0, &mut message)?;
        Some(format!("it panicked: {} ({})", shortened(&line), at?))
    }
}

/// A line of somebody else's, in a form that does the terminal no harm.
fn shortened(line: &str) -> String {
    const LONGEST: usize = 200;
    let clean: String = line.chars().take(LONGEST).flat_map(clean).collect();
    if line.chars().nth(LONGEST).is_some() { clean + "…" } else { clean }
}

fn clean(char: char) -> impl Iterator<Item = char> {
    let escaped = char.is_control() && char != '\t';
    let plain = (!escaped).then_some(char);
    plain.into_iter().chain(escaped.then(|| char.escape_default()).into_iter().flatten())
}
