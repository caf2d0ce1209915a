//! The oldest way: three sets of bits, copied and searched at every wait.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use rustix::event::Timespec;
use rustix::io::Errno;

use super::{Event, Interest, Token};
use crate::sys::FdSets;

#[derive(Default)]
pub(super) struct SelectSets {
    sets: FdSets,
    keys: HashMap<RawFd, u64>,
}

impl SelectSets {
    pub(super) fn add(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        // One bit cannot stand for two sources. epoll's answer to the same question.
        if self.keys.contains_key(&fd.as_raw_fd()) {
            return Err(Errno::EXIST.into());
        }
        self.modify(fd, interest)?;
        self.keys.insert(fd.as_raw_fd(), key);
        Ok(())
    }

    pub(super) fn modify(&mut self, fd: BorrowedFd<'_>, interest: Interest) -> io::Result<()> {
        self.sets.set(fd, interest.is_readable(), interest.is_writable(), interest.is_priority())
    }

    pub(super) fn remove(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        self.keys.remove(&fd.as_raw_fd());
        self.sets.set(fd, false, false, false)
    }

    pub(super) fn wait(&mut self, events: &mut Vec<Event>, timeout: Option<&Timespec>) -> io::Result<()> {
        for selected in self.sets.wait(timeout)? {
            if let Some(&key) = self.keys.get(&selected.fd) {
                events.push(Event {
                    token: Token::from_key(key),
                    readable: selected.readable,
                    writable: selected.writable,
                    priority: selected.exceptional,
                    ended: false,
                    closed: false,
                });
            }
        }
        Ok(())
    }
}
