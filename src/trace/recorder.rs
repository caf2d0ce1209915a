//! Where events go: a screen, a file, or nowhere.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::Event;

/// One line of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the format: 1.
    pub v: u32,
    /// Microseconds since the trace began.
    pub t_us: u64,
    /// Rises by one for each event of this actor.
    pub seq: u64,
    /// Who did it: `server`, `client`, a worker's name.
    pub actor: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// A handle through which calls are recorded; clones write to the same place.
///
/// ```
/// use netkit::trace::{Event, Trace};
///
/// let trace = Trace::off();
/// trace.record(|| Event::Eof { fd: 4 }); // the closure does not even run
/// ```
#[derive(Clone, Default)]
pub struct Trace {
    actor: Option<Arc<Actor>>,
}

struct Actor {
    name: String,
    next: AtomicU64,
    shared: Arc<Shared>,
}

/// What the actors of one recording have in common.
struct Shared {
    begun: Instant,
    is_empty: AtomicBool,
    sinks: Mutex<Vec<Sink>>,
}

enum Sink {
    Text(Box<dyn Write + Send>),
    Json(Box<dyn Write + Send>),
}

impl Trace {
    /// Records nothing.
    pub fn off() -> Self {
        Trace::default()
    }

    /// Records what `actor` does, as text (`[pid thread] call`) and as JSON lines.
    pub fn new(
        actor: &str,
        text: Option<Box<dyn Write + Send>>,
        json: Option<Box<dyn Write + Send>>,
    ) -> Self {
        let sinks: Vec<Sink> = text.map(Sink::Text).into_iter().chain(json.map(Sink::Json)).collect();
        if sinks.is_empty() {
            return Trace::off();
        }
        let (begun, is_empty) = (Instant::now(), AtomicBool::new(true));
        Trace::of(actor, Arc::new(Shared { begun, is_empty, sinks: Mutex::new(sinks) }))
    }

    /// The same recording for another actor, such as one of this program's threads: it goes to the
    /// same places and counts its own events.
    ///
    /// ```
    /// use netkit::trace::{Event, Trace};
    ///
    /// let main = Trace::new("main", None, Some(Box::new(std::io::sink())));
    /// let thread = main.actor("thread-1");
    /// thread.record(|| Event::EventWait { event: "gate".to_string() });
    /// ```
    #[must_use]
    pub fn actor(&self, name: &str) -> Self {
        match &self.actor {
            Some(actor) => Trace::of(name, Arc::clone(&actor.shared)),
            None => Trace::off(),
        }
    }

    fn of(name: &str, shared: Arc<Shared>) -> Self {
        let actor = Actor { name: name.to_string(), next: AtomicU64::new(0), shared };
        Trace { actor: Some(Arc::new(actor)) }
    }

    /// Whether it is on, and no actor of this recording has recorded anything so far.
    ///
    /// ```
    /// use netkit::trace::{Event, Trace};
    ///
    /// let trace = Trace::new("main", None, Some(Box::new(std::io::sink())));
    /// assert!(trace.is_empty() && !Trace::off().is_empty());
    /// trace.actor("worker").record(|| Event::Eof { fd: 4 });
    /// assert!(!trace.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.shared.is_empty.load(Ordering::Relaxed))
    }

    /// Records what `event` returns; when the trace is off, `event` is not called.
    pub fn record(&self, event: impl FnOnce() -> Event) {
        if let Some(actor) = &self.actor {
            actor.write(event());
        }
    }
}

impl Actor {
    fn write(&self, event: Event) {
        let mut sinks = self.shared.sinks.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.is_empty.store(false, Ordering::Relaxed);
        // The number is taken under the lock, so lines stand in the order of their numbers.
        let record = Record {
            v: 1,
            t_us: self.shared.begun.elapsed().as_micros() as u64,
            seq: self.next.fetch_add(1, Ordering::Relaxed),
            actor: self.name.clone(),
            event,
        };
        // A trace that can no longer be written ends; the program that is traced goes on.
        sinks.retain_mut(|sink| sink.write(&record).is_ok());
    }
}

impl Sink {
    fn write(&mut self, record: &Record) -> io::Result<()> {
        match self {
            Sink::Text(out) => {
                let thread = std::thread::current();
                let name = thread.name().unwrap_or("?");
                writeln!(out, "[{} {name}] {}", std::process::id(), record.event)
            }
            Sink::Json(out) => {
                let mut line = serde_json::to_vec(record)?;
                line.push(b'\n');
                // One write a line: a reader of the pipe never sees half a record.
                out.write_all(&line)?;
                out.flush()
            }
        }
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.actor {
            Some(actor) => write!(f, "Trace({})", actor.name),
            None => write!(f, "Trace(off)"),
        }
    }
}
