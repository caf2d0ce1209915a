//! # In a child
//!
//! You will learn: a child has nobody above it who looks at its errors, so it looks itself.
//! Run it: every part; all that a child prints goes through here.
//! Python: `print(…, flush=True)`, and the traceback that `multiprocessing` prints for a child.
//! Try: close the reader, `cargo run --bin lesson8 processes | head -1`.

use std::fmt::Display;
use std::io;

use netkit::cli::{Lang, Session, StdoutClosed};
use netkit::process;
use netkit::trace::Trace;

/// Prints one line (or several, with newlines between them) with one write(2): those of other
/// processes come before or after, never between.
pub fn line(text: impl Display) -> io::Result<()> {
    // What a child prints are event lines: they have no language.
    Session::new("lesson8", Lang::En, Trace::off()).line(text)
}

/// What a child does at its end: an error is one line on stderr, and exit code 1.
pub fn ends(result: anyhow::Result<()>) {
    let Err(error) = result else { return };
    if error.downcast_ref().is_some_and(StdoutClosed::caused) {
        // `… | head -1`: nobody reads any more.
        process::exit(0);
    }
    use std::io::Write;
    // When stderr is closed too there is nobody left to tell.
    let _ = writeln!(io::stderr(), "lesson8: a child failed: {error:#}");
    process::exit(1);
}
