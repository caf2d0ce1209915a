//! The thing that is graded, running.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, process};

use rustix::process::{PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, pidfd_open, waitid};

use crate::proc;
use crate::{Command, Deadline, Failure};

mod ceilings;
mod exit;
mod explain;
mod group;
mod output;
mod stuck;
mod typing;

pub(crate) use ceilings::large_file;
use ceilings::{Watch, inherit_ceilings, set_ceilings};
pub use exit::Exit;
pub use group::Guard;
use group::{MARK, end_strays, process_id};
use output::Output;

/// How one start of a [`Command`] differs from another.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// Takes the place of `{addr}`.
    pub addr: &'a str,
    /// Takes the place of `{dir}`, and is the temporary folder of the subject.
    pub dir: &'a Path,
    /// Further arguments.
    pub extra: &'a [&'a str],
    /// Whether the grader types on the subject's stdin; otherwise that is empty.
    pub typed: bool,
}

/// A running command, in a process group with nobody else but its guard.
///
/// - What it prints is read all the time and kept within bounds; lines can be waited for.
/// - Every wait has a deadline, and a failed one says what the subject printed and did meanwhile.
/// - When dropped, the whole group is killed and the subject reaped: nothing is left running.
#[derive(Debug)]
pub struct Subject {
    child: Child,
    name: String,
    stdin: Mutex<Option<ChildStdin>>,
    // Before the guard, as it may end the group while the guard holds its number.
    output: Output,
    guard: Guard,
    /// How many descriptors it had when it was ready.
    at_ready: AtomicUsize,
    /// The first lines of stdout and stderr that no successful wait has looked at.
    looked_at: Mutex<[usize; 2]>,
}

/// One of the two streams a subject prints on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl fmt::Display for Stream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        })
    }
}

impl Subject {
    /// Starts `command`.
    ///
    /// # Errors
    /// When the program cannot be started: a sentence that names it and says why.
    pub fn start(command: &Command, start: Start<'_>) -> Result<Subject, Failure> {
        let name = command.program.display().to_string();
        let guard = Guard::start()?;
        inherit_ceilings();
        let mut watch = Watch::new(guard.group(), start.dir);
        let mut child = process::Command::new(&command.program)
            .args(command.filled_in(start.addr, start.dir, start.extra))
            .env("TMPDIR", start.dir)
            .env(MARK, guard.group().to_string())
            // Python keeps lines back when stdout is a pipe; a student's program should not fail for that.
            .env("PYTHONUNBUFFERED", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // A panic's message is what helps. Its backtrace hides that, and takes seconds on a busy machine.
            .env("RUST_BACKTRACE", "0")
            .stdin(if start.typed { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(guard.group().cast_signed())
            .spawn()
            .map_err(|error| {
                // A shell would not find it either, but there people know that.
                let here = error.kind() == io::ErrorKind::NotFound
                    && command.program.is_file()
                    && !name.contains('/');
                let how = if here {
                    format!(". It is a file of this folder: say `./{name}`, or `python3 {name}`")
                } else {
                    String::new()
                };
                Failure::new(format!("cannot start {name}: {error}{how}"))
            })?;
        watch.pid = child.id();
        let output = match read_output(&mut child, watch) {
            Ok(output) => output,
            Err(error) => {
                drop(guard);
                let _ = child.wait();
                return Err(error.into());
            }
        };
        let stdin = Mutex::new(child.stdin.take());
        let at_ready = AtomicUsize::new(0);
        Ok(Subject { child, name, stdin, output, guard, at_ready, looked_at: Mutex::default() })
    }

    /// The process' number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for `listening on ADDR` and gives back ADDR. Other lines before it do not matter.
    ///
    /// # Errors
    /// When the subject exits first or the deadline passes; says what it printed instead.
    pub fn ready(&self, deadline: Deadline) -> Result<String, Failure> {
        let mut prefix = |line: &str| line.starts_with("listening on ");
        let line = self.line(Stream::Stdout, "listening on ADDR", deadline, &mut prefix).map_err(|failure| {
            let taken = |line: &String| line.contains("Address already in use");
            if !self.tail(Stream::Stderr, 5).iter().any(taken) {
                return failure;
            }
            failure.fact("checks run side by side, each with a program of its own: does it take its port from --addr?")
        })?;
        self.at_ready.store(proc::descriptors(self.pid()).map_or(0, |open| open.len()), Ordering::Relaxed);
        Ok(line.trim_start_matches("listening on ").trim_end().to_owned())
    }

    /// Waits for a line that is `wanted`, after those that an earlier call has found. `what` describes it.
    ///
    /// # Errors
    /// When the subject exits or closes the stream without it or the deadline passes; shows the last lines.
    pub fn line(
        &self,
        stream: Stream,
        what: &str,
        deadline: Deadline,
        wanted: &mut dyn FnMut(&str) -> bool,
    ) -> Result<String, Failure> {
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = looked_at[stream as usize];
        let cpu_before = self.cpu_time();
        let found = self.output.wait(deadline, |seen| {
            let over = seen.exited || seen.is_over();
            let log = if stream == Stream::Stdout { &seen.stdout } else { &seen.stderr };
            log.find(&mut next, wanted).map(Ok).or_else(|| over.then_some(Err(())))
        });
        match found {
            Some(Ok(line)) => {
                looked_at[stream as usize] = next;
                Ok(line)
            }
            Some(Err(())) => {
                let exit = self.exit(Deadline::after(Duration::from_millis(500)));
                let end = exit.map_or("closed its output".into(), |exit| format!("ended ({exit})"));
                Err(self.explain(Failure::new(format!(
                    "{} {end} without the line `{what}` on {stream}",
                    self.name
                ))))
            }
            None => {
                let failure = Failure::new(format!("no line `{what}` on {stream} in time"));
                Err(self.explain_wait(failure, cpu_before))
            }
        }
    }

    /// The last lines of a stream so far.
    #[must_use]
    pub fn tail(&self, stream: Stream, count: usize) -> Vec<String> {
        let seen = self.output.seen();
        if stream == Stream::Stdout { seen.stdout.tail(count) } else { seen.stderr.tail(count) }
    }

    /// Closes the reading end of the subject's stdout, as `subject | head -1` does.
    ///
    /// # Errors
    /// When the grader's own pipe fails.
    pub fn close_stdout(&mut self, deadline: Deadline) -> Result<(), Failure> {
        Ok(self.output.close_stdout(deadline)?)
    }

    /// Sends a signal to the subject alone. One that has exited already does not mind.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = process_id(&self.child) {
            // Until it is reaped, at the drop, the number belongs to the subject; the only other error is "not yours".
            let _ = kill_process(pid, signal);
        }
    }

    /// Sends a signal to its whole group, as a terminal does at Ctrl-C.
    pub fn signal_group(&self, signal: Signal) {
        self.guard.signal_group(signal);
    }

    /// Waits for the exit. The subject stays a zombie until it is dropped, so that its number cannot be given to
    /// somebody else while we may still look at it.
    ///
    /// # Errors
    /// When it still runs at the deadline; says what it is doing.
    pub fn wait(&self, deadline: Deadline) -> Result<Exit, Failure> {
        let cpu_before = self.cpu_time();
        self.exit(deadline).ok_or_else(|| {
            let waited = format!("{} did not end in time", self.name);
            self.explain_wait(Failure::new(waited), cpu_before)
        })
    }

    fn exit(&self, deadline: Deadline) -> Option<Exit> {
        self.output.wait(deadline, |seen| seen.exited.then_some(()))?;
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        let status = waitid(WaitId::Pid(process_id(&self.child)?), options).ok()??;
        status.exit_status().map(Exit::Code).or_else(|| status.terminating_signal().map(Exit::Signal))
    }

    /// The processes of its group that live, without itself: its children and theirs, unless they have gone elsewhere.
    #[must_use]
    pub fn companions(&self) -> Vec<u32> {
        let mut pids = proc::group(self.guard.group()).unwrap_or_default();
        let others = |pid| pid != self.guard.group() && pid != self.pid();
        pids.retain(|&pid| others(pid) && proc::state(pid).is_ok_and(|state| state != 'Z'));
        pids
    }

    /// How many descriptors it had when it was ready, if it ever was.
    fn at_ready(&self) -> Option<usize> {
        Some(self.at_ready.load(Ordering::Relaxed)).filter(|&count| count > 0)
    }

    /// Whether it has not exited.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.output.seen().exited
    }

    /// Whether it has exited or does so within a moment. Its connections end before its last words are written and it is
    /// gone: who has seen only that waits here for the rest.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        const MOMENT: Duration = Duration::from_millis(500);
        self.output.wait(Deadline::after(MOMENT), |seen| seen.exited.then_some(())).is_some()
    }

    /// The CPU time used so far; zero when the process is gone.
    #[must_use]
    pub fn cpu_time(&self) -> Duration {
        proc::cpu_time(self.pid()).unwrap_or_default()
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        self.guard.signal_group(Signal::KILL);
        let _ = self.child.wait();
        end_strays(self.guard.group());
    }
}

/// Takes the grader's ends of the three pipes.
fn read_output(child: &mut Child, watch: Watch) -> io::Result<Output> {
    let pid = process_id(child);
    set_ceilings(pid);
    if let Some(stdin) = &child.stdin {
        // A subject that does not read must not hold us when its pipe is full.
        rustix::io::ioctl_fionbio(stdin, true)?;
    }
    let exit = pidfd_open(pid.ok_or(io::ErrorKind::NotFound)?, PidfdFlags::empty())?;
    match (child.stdout.take(), child.stderr.take()) {
        (Some(stdout), Some(stderr)) => Output::read(stdout, stderr, exit, watch),
        _ => Err(io::ErrorKind::BrokenPipe.into()),
    }
}
