//! A process for each request.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, getpid, getppid, kill_process, pidfd_open,
    set_parent_process_death_signal, waitid,
};

use super::{Dispatch, Started, Task};
use crate::sys::{Fork, exit_child, fork};

/// Runs every task in a child process of its own, at most so many at once.
///
/// Only for programs with one thread (see [`fork`]). A child shares no variables with the server:
/// what a task changes, only the child sees.
///
/// Python: `ForkingMixIn`, with its limit of 40.
#[derive(Debug)]
pub struct Forking {
    limit: usize,
    /// Every child that is not collected, by the number of the descriptor that tells of its end.
    children: HashMap<RawFd, Child>,
}

#[derive(Debug)]
struct Child {
    pid: Pid,
    end: Arc<OwnedFd>,
}

impl Child {
    /// Collects it, if it has ended. Ours by number: children that the rest of the program has
    /// started stay theirs.
    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
        !matches!(waitid(WaitId::Pid(self.pid), options), Ok(None))
    }
}

impl Default for Forking {
    /// At most 40 children.
    fn default() -> Self {
        Forking::at_most(40)
    }
}

impl Forking {
    /// At most `limit` children at once; 0 is taken for 1.
    pub fn at_most(limit: usize) -> Self {
        Forking { limit: limit.max(1), children: HashMap::new() }
    }

    /// How many children live or are not yet collected.
    pub fn children(&self) -> usize {
        self.children.len()
    }

    fn wait_for_children(&mut self, deadline: Instant) {
        while !self.children.is_empty() && Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
            let mut ends: Vec<PollFd<'_>> =
                self.children.values().map(|child| PollFd::new(&child.end, PollFlags::IN)).collect();
            // Interrupted or not: what has ended is collected, the clock decides.
            let _ = poll(&mut ends, Some(&timeout));
            self.children.retain(|_, child| !child.has_ended());
        }
    }

    fn tell_children(&self, signal: Signal) {
        for child in self.children.values() {
            // It may have ended meanwhile; until it is collected its number is nobody else's.
            let _ = kill_process(child.pid, signal);
        }
    }
}

impl Dispatch for Forking {
    fn has_room(&self) -> bool {
        self.children.len() < self.limit
    }

    fn process_request(&mut self, task: Task) -> io::Result<Started> {
        let server = getpid();
        match fork()? {
            Fork::Child => {
                end_with(server);
                let result = catch_unwind(AssertUnwindSafe(task));
                exit_child(if result.is_ok() { 0 } else { 1 })
            }
            Fork::Parent(pid) => {
                // Our copy of the connection goes with the task: only the child's stays open.
                drop(task);
                let end = pidfd_open(pid, PidfdFlags::empty()).inspect_err(|_| {
                    // Nobody would hear of its end: so it ends now.
                    let _ = kill_process(pid, Signal::KILL);
                    let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED);
                })?;
                let end = Arc::new(end);
                self.children.insert(end.as_raw_fd(), Child { pid, end: Arc::clone(&end) });
                Ok(Started::Process(end))
            }
        }
    }

    fn reap(&mut self, end: BorrowedFd<'_>) {
        let number = end.as_raw_fd();
        if self.children.get(&number).is_some_and(Child::has_ended) {
            self.children.remove(&number);
        }
    }

    fn close(&mut self, deadline: Instant) -> usize {
        self.wait_for_children(deadline);
        self.tell_children(Signal::TERM);
        self.wait_for_children(Instant::now() + Duration::from_millis(200));
        self.tell_children(Signal::KILL);
        self.wait_for_children(Instant::now() + Duration::from_secs(1));
        self.children.len()
    }
}

/// Lets the kernel end this child when its server is gone, even by SIGKILL: a child holds a copy of
/// the listener, and nobody could bind the port as long as it lives.
fn end_with(server: Pid) {
    let asked = set_parent_process_death_signal(Some(Signal::KILL));
    // It may have gone before we asked, and then nobody tells us.
    if asked.is_err() || getppid() != Some(server) {
        exit_child(1);
    }
}
