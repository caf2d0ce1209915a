//! Standard output that can be stopped.

use std::io::{self, Write};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::sys::Stop;

/// A pipe that is ready takes this much without waiting: `PIPE_BUF` of pipe(7).
const PIECE: usize = 4096;

/// How long a reader may keep us waiting after a stop.
const GRACE: Duration = Duration::from_millis(200);

/// Writes all of `bytes` to standard output.
///
/// A reader who does not read makes this wait; a `stop` ends the wait, and what is left is dropped.
pub(super) fn write(bytes: &[u8], stop: Option<&Stop>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for piece in bytes.chunks(PIECE) {
        if let Some(stop) = stop
            && !is_ready(&stdout, stop)
        {
            return Ok(());
        }
        stdout.write_all(piece)?;
        stdout.flush()?;
    }
    Ok(())
}

/// Waits until standard output takes a piece; `false` when it was stopped first.
fn is_ready(stdout: &io::StdoutLock<'_>, stop: &Stop) -> bool {
    loop {
        let stopped = stop.is_requested();
        let grace = Timespec { tv_sec: 0, tv_nsec: i64::from(GRACE.subsec_nanos()) };
        let mut watched = vec![PollFd::new(stdout, PollFlags::OUT)];
        if !stopped {
            watched.push(PollFd::new(stop, PollFlags::IN));
        }
        // An error of poll is left to the write to report.
        let ready = poll(&mut watched, stopped.then_some(&grace));
        let writable = watched.first().is_some_and(|out| !out.revents().is_empty());
        if writable || stopped {
            return writable || ready.is_err();
        }
    }
}
