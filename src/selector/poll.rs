//! The second way: an array of descriptors, handed to the kernel whole at every wait.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use rustix::event::{PollFlags, Timespec};
use rustix::io::Errno;

use super::{Event, Interest, Token};
use crate::sys::{PollEntry, poll_all};

#[derive(Default)]
pub(super) struct PollArray {
    entries: Vec<PollEntry>,
    /// Whose entry it is: its descriptor's number and its key.
    owners: Vec<(RawFd, u64)>,
    places: HashMap<RawFd, usize>,
}

impl PollArray {
    pub(super) fn add(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        let number = fd.as_raw_fd();
        // poll itself would allow it; select cannot and epoll does not.
        if self.places.contains_key(&number) {
            return Err(Errno::EXIST.into());
        }
        self.places.insert(number, self.entries.len());
        self.entries.push(PollEntry::new(number, flags(interest)));
        self.owners.push((number, key));
        Ok(())
    }

    pub(super) fn modify(&mut self, fd: BorrowedFd<'_>, interest: Interest) -> io::Result<()> {
        if let Some(&place) = self.places.get(&fd.as_raw_fd()) {
            self.entries[place].watch_for(flags(interest));
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        if let Some(place) = self.places.remove(&fd.as_raw_fd()) {
            // The last entry moves into the gap: the array stays without holes.
            self.entries.swap_remove(place);
            self.owners.swap_remove(place);
            if let Some(&(moved, _)) = self.owners.get(place) {
                self.places.insert(moved, place);
            }
        }
        Ok(())
    }

    pub(super) fn wait(&mut self, events: &mut Vec<Event>, timeout: Option<&Timespec>) -> io::Result<()> {
        let mut ready = poll_all(&mut self.entries, timeout)?;
        for (entry, &(_, key)) in self.entries.iter().zip(&self.owners) {
            if ready == 0 {
                break;
            }
            let found = entry.found();
            if found.is_empty() {
                continue;
            }
            ready -= 1;
            let closed = found.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
            events.push(Event {
                token: Token::from_key(key),
                readable: closed || found.contains(PollFlags::IN),
                writable: closed || found.contains(PollFlags::OUT),
                priority: found.contains(PollFlags::PRI),
                ended: false,
                closed,
            });
        }
        Ok(())
    }
}

fn flags(interest: Interest) -> PollFlags {
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::IN, interest.is_readable());
    flags.set(PollFlags::OUT, interest.is_writable());
    flags.set(PollFlags::PRI, interest.is_priority());
    flags
}
