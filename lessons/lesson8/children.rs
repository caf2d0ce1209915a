//! # Many children, but not all at once
//!
//! You will learn: whoever starts children in a loop waits for the first ones before the last ones
//! begin: each costs memory and a place in the kernel's tables.
//! Run it: `cargo run --bin lesson8 lock --count 5000`, and `ps` beside it.
//! Python: `multiprocessing.connection.wait([child.sentinel for child in children])`.
//! Try: `cargo run --bin lesson8 processes --count 3 --trace`: each fork and each reaping.

use std::io;

use netkit::cli::Session;
use netkit::process::{ExitStatus, Process};
use netkit::trace::Event;
use rustix::event::{PollFd, PollFlags, poll};

/// Children alive at once.
pub const MOST: usize = 64;

/// Children that were started, each with a number.
pub struct Children<'a> {
    session: &'a Session,
    running: Vec<(usize, Process)>,
    ended: Vec<Ended>,
}

/// A child that was joined.
pub struct Ended {
    pub number: usize,
    pub pid: u32,
    pub status: ExitStatus,
}

// ANCHOR: children
impl<'a> Children<'a> {
    pub fn new(session: &'a Session) -> Self {
        Children { session, running: Vec::new(), ended: Vec::new() }
    }

    /// Starts the next one, when there is room.
    pub fn start(&mut self, start: impl FnOnce() -> io::Result<Process>) -> io::Result<()> {
        while self.running.len() >= MOST {
            self.collect()?;
        }
        self.running.push((self.running.len() + self.ended.len(), start()?));
        Ok(())
    }

    /// Waits for all of them; they come back in the order in which they were started.
    pub fn join(mut self) -> io::Result<Vec<Ended>> {
        while !self.running.is_empty() {
            self.collect()?;
        }
        self.ended.sort_by_key(|ended| ended.number);
        Ok(self.ended)
    }

    /// Waits until one has ended, and joins all that have.
    fn collect(&mut self) -> io::Result<()> {
        // The descriptor of a process becomes readable at its end.
        let mut ends: Vec<PollFd<'_>> =
            self.running.iter().map(|(_, child)| PollFd::new(child, PollFlags::IN)).collect();
        match poll(&mut ends, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for (number, child) in std::mem::take(&mut self.running) {
            match child.try_join()? {
                None => self.running.push((number, child)),
                Some(status) => {
                    let pid = child.pid();
                    self.session.trace().record(|| Event::Reap { child: pid, status: status.to_string() });
                    self.ended.push(Ended { number, pid, status });
                }
            }
        }
        Ok(())
    }
}
// ANCHOR_END: children

/// Records in the trace that a child was forked.
pub fn forked(session: &Session, child: io::Result<Process>) -> io::Result<Process> {
    let child = child?;
    session.trace().record(|| Event::Fork { child: child.pid() });
    Ok(child)
}

/// Records in the trace that the program was started anew.
pub fn spawned(session: &Session, child: io::Result<Process>) -> io::Result<Process> {
    let child = child?;
    session.trace().record(|| Event::Spawn { child: child.name().to_string() });
    Ok(child)
}

/// Joins one child.
pub fn join(session: &Session, child: &Process) -> io::Result<ExitStatus> {
    let status = child.join()?;
    session.trace().record(|| Event::Reap { child: child.pid(), status: status.to_string() });
    Ok(status)
}
