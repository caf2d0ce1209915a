//! The end of a child: what it says when it panics, and how it leaves.
//!
//! The one file below `cli` that writes to standard error: a panic that nobody catches has always
//! been shown there, and a child has nobody else to tell.

use std::any::Any;
use std::cell::Cell;
use std::io::{self, Write};
use std::panic;
use std::process;

use crate::sys::exit_child;

/// The exit code of a child whose function panicked, as Python's of one that raised.
pub(super) const PANICKED: i32 = 1;

thread_local! {
    // Between the panic hook, which knows where, and the one who catches, who knows nothing of it.
    static WHERE: Cell<Option<String>> = const { Cell::new(None) };
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Ends this process at once with `code` (of which wait(2) reports the low 8 bits).
///
/// - What was printed is flushed; no destructor runs.
/// - In a child this is the way to another exit code than 0 and 1. In a pool's worker it loses the
///   task that runs, and its caller is told.
///
/// Python: `sys.exit(code)` in a child.
pub fn exit(code: i32) -> ! {
    flush();
    exit_child(code)
}

/// Writes out what was printed. Before a fork, or parent and child would both write it.
pub(super) fn flush() {
    // A closed standard output is not this function's business.
    let _ = io::stdout().flush();
}

/// From now on a panic in this child is one line on standard error that names the process; one that
/// goes to the task's caller as an error is not shown at all.
pub(super) fn panics_name(name: &str) {
    let name = name.to_string();
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or(String::new(), |place| format!(" at {place}"));
        if !QUIET.get() {
            let text = text_of(info.payload());
            complain(&format!("{name} (pid {}): panicked{place}: {text}", process::id()));
        }
        WHERE.set(Some(place));
    }));
}

/// Runs `work`, whose panics somebody catches and tells about.
pub(crate) fn quietly<R>(work: impl FnOnce() -> R) -> R {
    let before = QUIET.replace(true);
    let result = work();
    QUIET.set(before);
    result
}

/// One line on standard error.
pub(super) fn complain(line: &str) {
    // When stderr is closed too there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{line}");
}

/// What a caught panic said, and where if our hook saw it.
pub(crate) fn words_of(payload: Box<dyn Any + Send>) -> String {
    let place = WHERE.take().unwrap_or_default();
    let text = text_of(payload.as_ref());
    // A destructor of the payload that panics would end the worker.
    let _ = panic::catch_unwind(panic::AssertUnwindSafe(|| drop(payload)));
    format!("panicked{place}: {text}")
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let borrowed = payload.downcast_ref::<&str>().map(ToString::to_string);
    borrowed.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_string())
}
