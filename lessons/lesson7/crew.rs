//! # Starting and joining
//!
//! You will learn: that a thread has a name, a result, and someone who takes the result.
//! Run it: every part of this lesson starts its threads here.
//! Python: `Thread(target=…, name=…).start()` and `join()`, which returns nothing: a result or an
//! exception of the thread is lost.
//! Try: return an error from a thread; `?` carries it through `join` to the exit code.

use std::thread::{Builder, Scope, ScopedJoinHandle};

use anyhow::bail;
use netkit::cli::Session;
use netkit::trace::{Event, Trace};

use crate::text;

/// What a thread of this lesson comes to.
pub type Outcome = anyhow::Result<()>;

/// Starts a thread called `name`; `work` gets the trace in which it is an actor of its own.
///
/// The scope joins it at its end at the latest, so it may borrow what `main` has.
pub fn start<'scope>(
    session: &Session,
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce(&Trace) -> Outcome + Send + 'scope,
) -> anyhow::Result<ScopedJoinHandle<'scope, Outcome>> {
    session.trace().record(|| Event::Spawn { child: name.to_string() });
    let trace = session.trace().actor(name);
    let work = move || {
        let outcome = work(&trace);
        trace.record(|| Event::Exit { code: i32::from(outcome.is_err()) });
        outcome
    };
    // The kernel can refuse: there is a limit to threads.
    Builder::new()
        .name(name.to_string())
        .spawn_scoped(scope, work)
        .map_err(|error| session.failure(&text::CANNOT_START, &[("name", &name)], error))
}

/// Waits until the thread has ended, and takes its result.
pub fn join(thread: ScopedJoinHandle<'_, Outcome>) -> Outcome {
    let name = thread.thread().name().unwrap_or("?").to_string();
    match thread.join() {
        Ok(outcome) => outcome,
        Err(_) => bail!("the thread {name} panicked"),
    }
}
