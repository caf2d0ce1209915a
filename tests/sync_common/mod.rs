//! What the tests of `netkit::sync` share: deadlines, and how to see that a thread sleeps.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::fs;
use std::panic::resume_unwind;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::thread::gettid;

/// What takes longer than this hangs.
pub const SOON: Duration = Duration::from_secs(20);

/// What must not be over before this: short, since every test that needs it waits so long.
pub const A_WHILE: Duration = Duration::from_millis(40);

/// A thread that runs `work`, and its number in the system.
pub struct Running<T> {
    thread: JoinHandle<T>,
    tid: i32,
    done: mpsc::Receiver<()>,
}

/// Starts `work` in a thread of this name.
pub fn start<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Running<T> {
    let (tell, told) = mpsc::channel();
    let (end, done) = mpsc::channel();
    let body = move || {
        tell.send(gettid().as_raw_nonzero().get()).unwrap();
        // Dropped at the end, however that comes.
        let _end: mpsc::Sender<()> = end;
        work()
    };
    let thread = thread::Builder::new().name(name.to_string()).spawn(body).unwrap();
    Running { thread, tid: told.recv_timeout(SOON).unwrap(), done }
}

impl<T> Running<T> {
    /// Waits until the thread sleeps in futex(2), and sleeps on.
    pub fn until_it_sleeps(&self) {
        let begun = Instant::now();
        let mut before = String::new();
        loop {
            let now = fs::read_to_string(format!("/proc/self/task/{}/syscall", self.tid)).unwrap_or_default();
            let sleeps = now.split(' ').next() == Some(libc::SYS_futex.to_string().as_str());
            if sleeps && now == before {
                return;
            }
            assert!(begun.elapsed() < SOON, "the thread does not sleep: {now}");
            before = now;
            thread::yield_now();
        }
    }

    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for its end; what it gave, or its panic.
    pub fn end(self) -> T {
        match self.outcome() {
            Ok(value) => value,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Waits for its end.
    pub fn outcome(self) -> thread::Result<T> {
        if self.done.recv_timeout(SOON) == Err(mpsc::RecvTimeoutError::Timeout) {
            panic!("the thread {:?} has not ended in {SOON:?}", self.thread.thread().name());
        }
        self.thread.join()
    }
}

impl<T> Running<T> {
    /// How often it has gone to sleep.
    pub fn sleeps(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/self/task/{}/status", self.tid)).unwrap();
        let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        count.unwrap().trim().parse().unwrap()
    }
}
