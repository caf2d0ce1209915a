//! # Daemon threads
//!
//! You will learn: that the end of `main` ends the process, and with it every thread that nobody
//! has joined, in the middle of its work and without its last words.
//! Run it: `cargo run --bin lesson7 daemon`
//! Python: `Thread(daemon=True)`. Others are *foreground*: the interpreter joins them when it ends.
//! Rust has no such list: every thread is a daemon until somebody joins it.
//! Try: join the daemon too, and look at the clock.
//!
//! Lines: `worker: first line`, `daemon: first line` in any order; `worker: last line`,
//! `worker: cleaned up`, `main ends`. Never `daemon: last line`, never `daemon: cleaned up`.

use std::sync::Arc;
use std::thread::{self, Builder};
use std::time::Duration;

use anyhow::bail;
use netkit::cli::Session;
use netkit::sync::Barrier;

use crate::crew::Outcome;
use crate::text;

/// What the worker needs for its work.
const SHORT: Duration = Duration::from_millis(100);

/// What the daemon would need.
const LONG: Duration = Duration::from_secs(60);

// ANCHOR: daemon
pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::daemon::TITLE, &[])?;
    let begun = Arc::new(Barrier::new(3)?);
    let mut workers = Vec::new();
    for (name, time) in [("daemon", LONG), ("worker", SHORT)] {
        // A thread that may outlive this function owns what it uses: it cannot borrow from here.
        let (session, met) = (session.clone(), Arc::clone(&begun));
        let thread = Builder::new().name(name.to_string()).spawn(move || work(&session, name, time, &met));
        let thread = thread.inspect_err(|_| begun.abort())?;
        // Whoever drops the handle can never wait for the thread: it is detached, a daemon.
        if name == "worker" {
            workers.push(thread);
        }
    }
    // Both have said their first line; from here on the ends differ.
    begun.wait()?;
    for worker in workers {
        match worker.join() {
            Ok(outcome) => outcome?,
            Err(_) => bail!("the worker panicked"),
        }
    }
    session.line("main ends")?;
    Ok(())
}

fn work(session: &Session, name: &'static str, time: Duration, met: &Barrier) -> Outcome {
    let _cleanup = Cleanup { session, name };
    session.line(format!("{name}: first line"))?;
    met.wait()?;
    thread::sleep(time);
    session.line(format!("{name}: last line"))?;
    Ok(())
}

/// Something that has to happen at the end: a file that is closed, a lock that is given back.
struct Cleanup<'a> {
    session: &'a Session,
    name: &'static str,
}

impl Drop for Cleanup<'_> {
    fn drop(&mut self) {
        // A drop has nobody to return an error to.
        let _ = self.session.line(format!("{}: cleaned up", self.name));
    }
}
// ANCHOR_END: daemon
