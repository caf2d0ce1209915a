//! The third way: the kernel keeps the list and hands out only what is ready. Linux only.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use super::{Event, Interest, Token, Trigger};

/// The most events taken with one wait. What is left over is reported by the next one.
const AT_ONCE: usize = 1024;

pub(super) struct EpollList {
    list: OwnedFd,
    trigger: Trigger,
}

impl EpollList {
    pub(super) fn new(trigger: Trigger) -> io::Result<Self> {
        let list = epoll::create(CreateFlags::CLOEXEC)?;
        Ok(EpollList { list, trigger })
    }

    pub(super) fn trigger(&self) -> Trigger {
        self.trigger
    }

    pub(super) fn add(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        Ok(epoll::add(&self.list, fd, EventData::new_u64(key), self.flags(interest))?)
    }

    pub(super) fn modify(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        Ok(epoll::modify(&self.list, fd, EventData::new_u64(key), self.flags(interest))?)
    }

    /// Closing the last copy of a descriptor removes it too, but a forked child may hold a copy:
    /// then the kernel would report a source that is no longer ours.
    pub(super) fn remove(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        Ok(epoll::delete(&self.list, fd)?)
    }

    // ANCHOR: wait
    pub(super) fn wait(&mut self, events: &mut Vec<Event>, timeout: Option<&Timespec>) -> io::Result<()> {
        // 12 KiB of stack that only the kernel writes. A `Vec` of rustix's events could not be kept
        // here: they may hold pointers, and the selector could not move to another thread.
        let mut room = [const { MaybeUninit::uninit() }; AT_ONCE];
        let (ready, _) = epoll::wait(&self.list, &mut room[..], timeout)?;
        events.extend(ready.iter().map(|event| {
            let (found, key) = (event.flags, event.data.u64());
            let closed = found.intersects(EventFlags::HUP | EventFlags::ERR);
            Event {
                token: Token::from_key(key),
                readable: closed || found.intersects(EventFlags::IN | EventFlags::RDHUP),
                writable: closed || found.contains(EventFlags::OUT),
                priority: found.contains(EventFlags::PRI),
                ended: found.contains(EventFlags::RDHUP),
                closed,
            }
        }));
        Ok(())
    }
    // ANCHOR_END: wait

    fn flags(&self, interest: Interest) -> EventFlags {
        let mut flags = EventFlags::empty();
        flags.set(EventFlags::IN, interest.is_readable());
        flags.set(EventFlags::OUT, interest.is_writable());
        flags.set(EventFlags::PRI, interest.is_priority());
        // RDHUP tells an edge's reader whether a short receive was the last thing to be told of.
        flags.set(EventFlags::ET | EventFlags::RDHUP, self.trigger == Trigger::Edge);
        flags
    }
}
