//! # Limits
//!
//! You will learn: how many descriptors a process may have; why select ends at 1,024 whatever the
//! system allows; that epoll shares no memory with its program.
//! Run it: `cargo run --bin lesson5 limits`
//! Python: `resource.getrlimit(resource.RLIMIT_NOFILE)`; `select.select` raises ValueError.
//! Try: `ulimit -n 256`, then again.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use netkit::cli::Session;
use netkit::selector::{Interest, Mechanism, Selector};
use netkit::sys::{FD_SETSIZE, Stop, error_name, try_map};
use rustix::event::epoll;
use rustix::io::fcntl_dupfd_cloexec;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::text::limits as text;

pub fn run(session: &Session) -> anyhow::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let show = |limit: Option<u64>| limit.map_or("unlimited".to_string(), |limit| limit.to_string());
    session.say(&text::NOFILE, &[("soft", &show(limit.current)), ("hard", &show(limit.maximum))])?;

    // The highest number is one below the limit: descriptors count from 0.
    let source = Stop::new()?;
    if let Some(soft) = limit.current.and_then(|soft| i32::try_from(soft).ok()) {
        let last = fcntl_dupfd_cloexec(&source, soft - 1).map(|fd| fd.as_raw_fd());
        session.say(&text::LAST, &[("fd", &outcome(last.map_err(io::Error::from)))])?;
        let next = fcntl_dupfd_cloexec(&source, soft).map(|fd| fd.as_raw_fd());
        session.say(&text::NEXT, &[("fd", &soft), ("result", &outcome(next.map_err(io::Error::from)))])?;
    }
    session.say(&text::SETSIZE, &[("size", &FD_SETSIZE)])?;

    // Make room for a descriptor that select cannot watch, if the hard limit lets us.
    let room = Rlimit { current: limit.maximum.map(|hard| hard.min(4096)).or(Some(4096)), ..limit };
    let _ = setrlimit(Resource::Nofile, room);
    for number in [FD_SETSIZE - 1, FD_SETSIZE, FD_SETSIZE + 83] {
        for mechanism in Mechanism::ALL {
            let result = match watch(mechanism, &source, number) {
                Ok(()) => "ok".to_string(),
                // The set of select has no room for it: no kernel was asked.
                Err(error) if error.raw_os_error().is_none() => {
                    text::TOO_HIGH.get(session.lang()).replace("{size}", &FD_SETSIZE.to_string())
                }
                Err(error) => plain(&error),
            };
            let mechanism = format!("{mechanism:<6}");
            session
                .say(&text::WATCHED, &[("mechanism", &mechanism), ("fd", &number), ("result", &result)])?;
        }
    }

    // Is epoll fast because its list is memory that it shares with us? There is none to share.
    let list = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let mapped = try_map(&list).map_or_else(|error| error_name(&error), |()| "ok".to_string());
    session.say(&text::MAP, &[("result", &mapped)])?;
    session.say(&text::ELSEWHERE, &[])?;
    Ok(())
}

/// Tries to watch a copy of `source` that has at least this number.
fn watch(mechanism: Mechanism, source: &Stop, number: i32) -> io::Result<()> {
    let copy: OwnedFd = fcntl_dupfd_cloexec(source.as_fd(), number)?;
    let mut selector = Selector::new(mechanism)?;
    selector.add(copy, Interest::READ)?;
    Ok(())
}

fn outcome(result: io::Result<i32>) -> String {
    match result {
        Ok(number) => number.to_string(),
        Err(error) => error_name(&error),
    }
}

fn plain(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(_) => error_name(error),
        None => error.to_string(),
    }
}
