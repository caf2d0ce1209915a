//! The second way: an array of descriptors, handed to the kernel whole at every wait.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::event::{PollFlags, Timespec};

use super::{Event, Interest, Token};
use crate::sys::{PollEntry, poll_all};

#[derive(Default)]
pub(super) struct PollArray {
    entries: Vec<PollEntry>,
    keys: Vec<u64>,
    places: HashMap<u64, usize>,
}

impl PollArray {
    pub(super) fn add(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        self.places.insert(key, self.entries.len());
        self.entries.push(PollEntry::new(fd.as_raw_fd(), flags(interest)));
        self.keys.push(key);
        Ok(())
    }

    pub(super) fn modify(&mut self, key: u64, interest: Interest) -> io::Result<()> {
        if let Some(&place) = self.places.get(&key) {
            self.entries[place].watch_for(flags(interest));
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, key: u64) -> io::Result<()> {
        if let Some(place) = self.places.remove(&key) {
            // The last entry moves into the gap: the array stays without holes.
            self.entries.swap_remove(place);
            self.keys.swap_remove(place);
            if let Some(moved) = self.keys.get(place) {
                self.places.insert(*moved, place);
            }
        }
        Ok(())
    }

    pub(super) fn wait(&mut self, events: &mut Vec<Event>, timeout: Option<&Timespec>) -> io::Result<()> {
        let mut ready = poll_all(&mut self.entries, timeout)?;
        for (entry, &key) in self.entries.iter().zip(&self.keys) {
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
