//! A process that this one has started.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, getpid, pidfd_open, pidfd_send_signal, waitid,
};

use super::{Builder, ExitStatus, Task};

/// A child process, made by [`Process::fork`] or [`Process::spawn`].
///
/// | | fork | spawn |
/// |---|---|---|
/// | is | a copy of this process | this program, started anew |
/// | works in | a process with one thread | any |
/// | runs | any closure | a function listed in [`tasks!`](crate::tasks) |
/// | is given | all memory, as it was (copy-on-write) | serialised arguments |
/// | costs | a tenth of a millisecond, more with much memory | half a millisecond |
///
/// Both keep the same promises:
///
/// - The child ends when this process does, even if that is killed.
/// - A panic in it is one line on standard error and exit code 1; so is it for arguments that
///   cannot be read.
/// - It ends when its function does, as a program does with `main`: a thread in it that nobody has
///   joined ends with it. (Python's child waits for its threads.)
/// - SIGINT is ignored there: Ctrl-C reaches the whole group, and the parent decides. SIGTERM ends it.
/// - Dropped, a child that still runs is killed (SIGKILL), and it is collected: no zombie, no orphan.
///   [`join`](Process::join) those whose work you want.
/// - It is signalled and collected through a pidfd: never another process that has got its number.
///
/// ```
/// use netkit::process::{self, Process};
/// use netkit::tasks;
///
/// fn greet(name: String) {
///     println!("hello {name}, I am {}", std::process::id());
/// }
///
/// fn main() -> std::io::Result<()> {
///     process::init(tasks![greet]); // in the child, this line runs greet and never returns
///     let child = Process::spawn(greet, "world".to_string())?;
///     assert!(child.join()?.success());
///     Ok(())
/// }
/// ```
///
/// Python: `multiprocessing.Process`, the contexts `fork` and `spawn`.
pub struct Process {
    name: String,
    pid: Pid,
    /// Readable when the child has ended; ours alone, whatever happens to the number.
    end: OwnedFd,
    status: Mutex<Option<ExitStatus>>,
    /// Who started it. In a forked sibling this value is a copy that must not touch the child.
    parent: Pid,
}

impl Process {
    /// Starts a copy of this process, which runs `work` and ends: fork(2).
    ///
    /// What `work` changes, only the child sees; shared are open files and what is made for it:
    /// [`SharedValue`](super::SharedValue) and its kin.
    ///
    /// # Errors
    /// `Unsupported` in a process with several threads (a lock that one of them holds would never
    /// open in the copy; the message says how many there are); those of fork(2) and `EMFILE`.
    ///
    /// Python: `get_context("fork").Process(target=…)`, which does not look at threads.
    pub fn fork(work: impl FnOnce()) -> io::Result<Process> {
        Builder::default().fork(work)
    }

    /// Starts this program anew, which runs `task` with `args` and ends.
    ///
    /// What the function returns is dropped; shared memory, a descriptor or a
    /// pool carries results. Its standard input is empty.
    ///
    /// # Errors
    /// `NotFound` for a function that is not listed; `InvalidInput` for arguments that cannot be
    /// serialised; `BrokenPipe` when the child ended before it had read them (how, is in the
    /// message); those of starting a program.
    ///
    /// Python: `get_context("spawn").Process(target=task, args=args)`.
    pub fn spawn<F: Task<M>, M>(task: F, args: F::Args) -> io::Result<Process> {
        Builder::default().spawn(task, args)
    }

    /// A process with a name, not started yet.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// What it is called. Python: `Process.name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its number. Python: `Process.pid`.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_pid().unsigned_abs()
    }

    /// Waits until it has ended, and says how.
    ///
    /// # Errors
    /// `InvalidInput` in a process that did not start it; `NotFound` when somebody else collected it.
    ///
    /// Python: `Process.join()`, then `exitcode`.
    pub fn join(&self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.wait(None)? {
                return Ok(status);
            }
        }
    }

    /// How it ended; `None` while it runs.
    ///
    /// # Errors
    /// As [`join`](Process::join).
    ///
    /// Python: `Process.exitcode`.
    pub fn try_join(&self) -> io::Result<Option<ExitStatus>> {
        self.wait(Some(Duration::ZERO))
    }

    /// Waits until it has ended, at most `limit`; `None` when it still runs.
    ///
    /// # Errors
    /// As [`join`](Process::join).
    ///
    /// Python: `Process.join(timeout)`, then `exitcode`.
    pub fn join_timeout(&self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        self.wait(Some(limit))
    }

    /// Whether it still runs. A process that was killed may take a moment to end.
    pub fn is_alive(&self) -> bool {
        matches!(self.try_join(), Ok(None))
    }

    /// Asks it to end: SIGTERM. One that has ended is left alone.
    ///
    /// # Errors
    /// Those of pidfd_send_signal(2).
    ///
    /// Python: `Process.terminate`.
    pub fn terminate(&self) -> io::Result<()> {
        self.signal(Signal::TERM)
    }

    /// Ends it: SIGKILL. One that has ended is left alone.
    ///
    /// # Errors
    /// Those of pidfd_send_signal(2).
    ///
    /// Python: `Process.kill`.
    pub fn kill(&self) -> io::Result<()> {
        self.signal(Signal::KILL)
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        match pidfd_send_signal(&self.end, signal) {
            // It has ended.
            Err(rustix::io::Errno::SRCH) => Ok(()),
            result => Ok(result?),
        }
    }

    /// Takes over a child that nobody has collected: until that is done its number is its own.
    pub(super) fn adopt(pid: Pid, name: Option<String>) -> io::Result<Self> {
        let name = name.unwrap_or_else(|| format!("Process-{pid}"));
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(end) => Ok(Process { name, pid, end, status: Mutex::new(None), parent: getpid() }),
            Err(error) => {
                // Nobody would hear of its end: so it ends now.
                let _ = rustix::process::kill_process(pid, Signal::KILL);
                let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED);
                Err(error.into())
            }
        }
    }

    /// The error of a start that failed, with what became of the child.
    pub(super) fn at_start(&self, error: io::Error) -> io::Error {
        if !matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) {
            return error;
        }
        let end = self.join_timeout(Duration::from_secs(1)).ok().flatten();
        let end = end.map_or("it still runs".to_string(), |status| status.to_string());
        let why = format!(
            "{} did not take its arguments ({end}): is process::init(tasks![...]) the first line of main?",
            self.name
        );
        io::Error::new(io::ErrorKind::BrokenPipe, why)
    }

    fn wait(&self, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
        if self.parent != getpid() {
            let why = format!("{} was started by process {}, not by this one", self.name, self.parent);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        if limit.is_none_or(|limit| !limit.is_zero()) {
            // Outside the lock: others may ask or signal meanwhile.
            wait_readable(self.end.as_fd(), limit)?;
        }
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        if status.is_none() {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
            *status = match waitid(WaitId::PidFd(self.end.as_fd()), options) {
                Err(rustix::io::Errno::CHILD) => {
                    let why = format!("{}: somebody else has collected it", self.name);
                    return Err(io::Error::new(io::ErrorKind::NotFound, why));
                }
                result => result?.map(|status| ExitStatus::of(&status)),
            };
        }
        Ok(*status)
    }
}

/// Its descriptor is readable when it has ended: `Process.sentinel` in Python.
impl AsFd for Process {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.as_fd()
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = *self.status.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Process")
            .field("name", &self.name)
            .field("pid", &self.pid())
            .field("status", &status)
            .finish()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let known = self.status.get_mut().unwrap_or_else(PoisonError::into_inner).is_some();
        if !known && self.parent == getpid() {
            let _ = self.kill();
            let _ = waitid(WaitId::PidFd(self.end.as_fd()), WaitIdOptions::EXITED);
        }
    }
}

/// Waits until `descriptor` is readable, or `limit` is over (`None`: without limit); says whether it is.
pub(crate) fn wait_readable(descriptor: BorrowedFd<'_>, limit: Option<Duration>) -> io::Result<bool> {
    let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = left.map(timespec);
        match poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], timeout.as_ref()) {
            Ok(0) if left.is_some_and(|left| left.is_zero()) => return Ok(false),
            // A signal, or the clock of poll was a little fast.
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
    }
}

pub(crate) fn timespec(time: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(time.subsec_nanos()),
    }
}
