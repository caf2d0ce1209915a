//! What a subject prints, and the one thread that reads it.
//!
//! The thread always reads, so a subject that prints much is never blocked by its full pipe; it keeps a bounded amount,
//! so the grader's memory does not grow with it; and it can be told to stop, so a grandchild that holds the pipe open
//! for ever cannot hang us. It also watches for the subject's exit: everything that was printed before the exit is in
//! the log by the time the exit is known.

use std::collections::VecDeque;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::OwnedFd;
use std::process::{ChildStderr, ChildStdout};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::ceilings::Watch;
use crate::Deadline;

/// The most that is kept of a stream; older lines are forgotten.
const KEPT: usize = 4 << 20;
/// The most that is kept of one line. The longest right one is a datagram of 65,507 escaped bytes.
const LONGEST_LINE: usize = 512 << 10;

/// The lines of one stream.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// The number of the first line in `lines`: how many were forgotten.
    first: usize,
    lines: VecDeque<Vec<u8>>,
    unfinished: Vec<u8>,
    bytes: usize,
    /// How much was printed in all.
    pub(crate) total: u64,
    /// No more can come: every writer has closed it.
    ended: bool,
}

impl Log {
    fn take_in(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let text = piece.strip_suffix(b"\n").unwrap_or(piece);
            let room = LONGEST_LINE.saturating_sub(self.unfinished.len());
            self.unfinished.extend(&text[..text.len().min(room)]);
            if text.len() < piece.len() {
                let line = std::mem::take(&mut self.unfinished);
                self.bytes += line.len();
                self.lines.push_back(line);
            }
        }
        while self.bytes > KEPT || self.lines.len() > KEPT / 64 {
            let Some(line) = self.lines.pop_front() else { break };
            self.bytes -= line.len();
            self.first += 1;
        }
    }

    /// The last `count` lines, an unfinished one included.
    pub(crate) fn tail(&self, count: usize) -> Vec<String> {
        let unfinished = Some(&self.unfinished).filter(|line| !line.is_empty());
        let all = self.lines.iter().chain(unfinished);
        let skipped = (self.lines.len() + usize::from(unfinished.is_some())).saturating_sub(count);
        all.skip(skipped).map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    }

    /// Looks at the lines from number `next` on for the first one that is `wanted`, and moves `next` behind the last line
    /// that was looked at: no line is looked at twice.
    pub(crate) fn find(&self, next: &mut usize, wanted: &mut dyn FnMut(&str) -> bool) -> Option<String> {
        *next = (*next).max(self.first);
        while let Some(line) = self.lines.get(*next - self.first) {
            *next += 1;
            let line = String::from_utf8_lossy(line);
            if wanted(&line) {
                return Some(line.into_owned());
            }
        }
        None
    }
}

/// Everything the reading thread has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) stdout: Log,
    pub(crate) stderr: Log,
    pub(crate) exited: bool,
    /// Why the grader has ended it, if it has.
    pub(crate) stopped: Option<String>,
}

impl Seen {
    /// Nothing more can be printed.
    pub(crate) fn is_over(&self) -> bool {
        self.stdout.ended && self.stderr.ended
    }
}

#[derive(Debug, Default)]
struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

/// The grader's end of a subject's output.
#[derive(Debug)]
pub(crate) struct Output {
    shared: Arc<Shared>,
    /// One byte closes our end of the subject's stdout; closing the pipe ends the thread.
    control: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Output {
    /// Starts to read. `exit` is a descriptor that becomes readable when the subject exits.
    pub(super) fn read(
        stdout: ChildStdout,
        stderr: ChildStderr,
        exit: OwnedFd,
        watch: Watch,
    ) -> io::Result<Output> {
        let (orders, control) = io::pipe()?;
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("subject-output".into())
            .spawn(move || read_all(&for_thread, stdout, stderr, exit, orders, watch))?;
        Ok(Output { shared, control: Some(control), thread: Some(thread) })
    }

    /// What was seen so far.
    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.shared)
    }

    /// Waits until `look` finds something in what was seen, or the deadline passes.
    pub(crate) fn wait<T>(
        &self,
        deadline: Deadline,
        mut look: impl FnMut(&mut Seen) -> Option<T>,
    ) -> Option<T> {
        let mut seen = lock(&self.shared);
        loop {
            if let Some(found) = look(&mut seen) {
                return Some(found);
            }
            if deadline.passed() {
                return None;
            }
            let woken = self.shared.changed.wait_timeout(seen, deadline.left());
            seen = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Closes our end of the subject's stdout, as `subject | head -1` would, and waits until it is closed.
    pub(crate) fn close_stdout(&mut self, deadline: Deadline) -> io::Result<()> {
        if let Some(control) = &mut self.control {
            control.write_all(b"x")?;
        }
        self.wait(deadline, |seen| seen.stdout.ended.then_some(()));
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.control = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed by the thread itself; there is nothing to add.
            let _ = thread.join();
        }
    }
}

/// A panic while the log was locked leaves at worst half a line: go on with it.
fn lock(shared: &Shared) -> MutexGuard<'_, Seen> {
    shared.seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_all(
    shared: &Shared,
    stdout: ChildStdout,
    stderr: ChildStderr,
    exit: OwnedFd,
    mut orders: PipeReader,
    mut watch: Watch,
) {
    let (mut stdout, mut stderr, mut exit) = (Some(stdout), Some(stderr), Some(exit));
    let mut turns_after_exit = 0;
    let pause = Timespec::try_from(Watch::PAUSE).ok();
    loop {
        // 1. Wait for whatever comes first. What is over is watched no more, or it would wake us for ever. The exit
        //    stands first because poll looks at them in order: output that precedes the exit is then seen with it.
        let mut watched = Vec::new();
        watched.extend(exit.as_ref().map(|process| (Source::Exit, PollFd::new(process, PollFlags::IN))));
        watched.push((Source::Orders, PollFd::new(&orders, PollFlags::IN)));
        watched.extend(stdout.as_ref().map(|stream| (Source::Stdout, PollFd::new(stream, PollFlags::IN))));
        watched.extend(stderr.as_ref().map(|stream| (Source::Stderr, PollFd::new(stream, PollFlags::IN))));
        let (sources, mut polled): (Vec<Source>, Vec<PollFd<'_>>) = watched.into_iter().unzip();
        match poll(&mut polled, pause.as_ref()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
        }
        let ready = sources.into_iter().zip(&polled).filter(|(_, fd)| !fd.revents().is_empty());
        let ready: Vec<Source> = ready.map(|(source, _)| source).collect();

        // 2. See that it does not take too much.
        if let Some(why) = watch.look() {
            lock(shared).stopped.get_or_insert(why);
        }

        // 3. Take it in.
        let (mut printed, mut dead) = (false, false);
        for source in ready {
            match source {
                Source::Exit => dead = true,
                Source::Orders => match orders.read(&mut [0]) {
                    Ok(1) => {
                        stdout = None;
                        lock(shared).stdout.ended = true;
                    }
                    _ => return,
                },
                Source::Stdout => {
                    printed |= take_from(&mut stdout, |bytes| take_in(&mut lock(shared).stdout, bytes))
                }
                Source::Stderr => {
                    printed |= take_from(&mut stderr, |bytes| take_in(&mut lock(shared).stderr, bytes))
                }
            }
        }

        // 4. Tell of the exit when nothing of the subject's is left in the pipes. A grandchild may print for ever, so
        //    not later than after as many reads as would have emptied them.
        turns_after_exit += u32::from(dead);
        if dead && (!printed || turns_after_exit > 64) {
            exit = None;
            lock(shared).exited = true;
        }
        shared.changed.notify_all();
    }
}

#[derive(Clone, Copy)]
enum Source {
    Orders,
    Stdout,
    Stderr,
    Exit,
}

/// Reads once; at the end of the stream (or an error, which ends it too) closes it. Says whether bytes came.
fn take_from<R: Read>(stream: &mut Option<R>, take: impl FnOnce(&[u8])) -> bool {
    let mut buffer = [0; 16 << 10];
    let Some(open) = stream else { return false };
    let count = match open.read(&mut buffer) {
        Ok(count) => count,
        Err(error) if error.kind() == io::ErrorKind::Interrupted => return true,
        Err(_) => 0,
    };
    take(&buffer[..count]);
    if count == 0 {
        *stream = None;
    }
    count > 0
}

/// No bytes mean the end.
fn take_in(log: &mut Log, bytes: &[u8]) {
    log.take_in(bytes);
    log.ended |= bytes.is_empty();
}
