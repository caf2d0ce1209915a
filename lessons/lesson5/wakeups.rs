//! # Level and edge
//!
//! You will learn: how often each trigger wakes for the same bytes; that edge-triggered reading
//! must go on until there is nothing left, or the rest is never reported.
//! Run it: as part of `cargo run --bin lesson5 compare`
//! Python: `select.epoll` with `EPOLLET`.
//! Try: change `PIECE` and predict the counts.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use netkit::cli::Session;
use netkit::selector::{Interest, Mechanism, Selector, Trigger};

use crate::text::wakeups as text;

/// What is sent: 4 MiB.
const TOTAL: usize = 4 * 1024 * 1024;

/// Bytes taken with one receive.
const PIECE: usize = 4096;

/// After so long without an event we look whether there is something to report.
const STALL: Duration = Duration::from_millis(300);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[("piece", &PIECE)])?;
    for (trigger, name) in [(Trigger::Level, "level"), (Trigger::Edge, "edge ")] {
        for drains in [true, false] {
            let (wakeups, received) = receive(trigger, drains)?;
            let how = if drains { &text::DRAINS } else { &text::ONCE };
            let stalled = if received < TOTAL { text::STALLED.get(session.lang()) } else { "" };
            session.say(
                &text::RESULT,
                &[
                    ("trigger", &name),
                    ("how", &how.get(session.lang())),
                    ("wakeups", &wakeups),
                    ("received", &received),
                    ("stalled", &stalled),
                ],
            )?;
        }
    }
    Ok(())
}

/// Receives 4 MiB; returns how many waits reported something, and how many bytes came.
fn receive(trigger: Trigger, drains: bool) -> anyhow::Result<(usize, usize)> {
    let (reader, mut writer) = UnixStream::pair()?;
    reader.set_nonblocking(true)?;
    let mut selector = Selector::with_trigger(Mechanism::Epoll, trigger)?;
    let token = selector.add(reader, Interest::READ)?;
    thread::scope(|scope| {
        // Fails when the reader gives up, which is what is being shown.
        let write = move || drop(writer.write_all(&vec![0; TOTAL]));
        thread::Builder::new().name("writer".to_string()).spawn_scoped(scope, write)?;
        let (mut wakeups, mut received) = (0, 0);
        let mut events = Vec::new();
        let mut buffer = [0; PIECE];
        while received < TOTAL {
            selector.wait(&mut events, Some(STALL))?;
            if events.is_empty() {
                // The writer may only be slow. What is there and is not reported now never will be.
                if rustix::io::ioctl_fionread(selector.get(token)?)? == 0 {
                    continue;
                }
                selector.wait(&mut events, Some(Duration::ZERO))?;
                if events.is_empty() {
                    break;
                }
            }
            wakeups += 1;
            loop {
                match rustix::io::read(selector.get(token)?, &mut buffer) {
                    Ok(0) => break,
                    Ok(count) => received += count,
                    Err(error) if io::Error::from(error).kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error.into()),
                }
                if !drains {
                    break;
                }
            }
        }
        drop(selector); // closes our end, which ends a writer that still waits
        Ok((wakeups, received))
    })
}
