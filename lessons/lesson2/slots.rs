//! # Slots
//!
//! You will learn: how a server with one thread a client stays bounded: who has no slot waits in
//! the kernel's queue, and costs neither a thread nor a descriptor.
//! Run it: as part of `cargo run --bin lesson2 threads`.
//! Python: `threading.BoundedSemaphore`, which cannot be waited for together with a socket.
//! Try: `wrk -t1 -c600 -d3s http://127.0.0.1:8080/` and count `/proc/PID/task`.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicUsize, Ordering};

use netkit::sys::Stop;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

/// How many clients are served at once, and a bell that rings when one has gone.
pub struct Slots {
    free: AtomicUsize,
    bell: OwnedFd,
}

/// One client's place. Dropping it frees the place and rings the bell, even when the thread that
/// held it panicked.
pub struct Slot<'a> {
    slots: &'a Slots,
    rings: bool,
}

impl Slot<'_> {
    /// Gives the place back unused: nobody has gone, so the bell is silent.
    pub fn give_back(mut self) {
        self.rings = false;
    }
}

impl Slots {
    pub fn new(count: usize) -> io::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Slots { free: AtomicUsize::new(count), bell })
    }

    /// Waits for a free slot; `None` when the server is to stop.
    pub fn take(&self, stop: &Stop) -> io::Result<Option<Slot<'_>>> {
        // Only the accepting thread takes, so what it sees free stays free.
        while self.free.load(Ordering::Acquire) == 0 {
            self.wait_for_bell(stop)?;
            if stop.is_requested() {
                return Ok(None);
            }
        }
        self.free.fetch_sub(1, Ordering::AcqRel);
        Ok(Some(Slot { slots: self, rings: true }))
    }

    /// Waits until a client has gone, the server is to stop, or a second is over (what ran out
    /// may not be ours to free).
    pub fn wait_for_bell(&self, stop: &Stop) -> io::Result<()> {
        let second = Timespec { tv_sec: 1, tv_nsec: 0 };
        let mut watched = [PollFd::new(&self.bell, PollFlags::IN), PollFd::new(stop, PollFlags::IN)];
        // A signal ends the wait early; the caller looks again anyway.
        let _ = poll(&mut watched, Some(&second));
        // Reading an eventfd sets it back to 0; EAGAIN says that it was 0 already.
        let _ = rustix::io::read(self.bell.as_fd(), &mut [0; 8]);
        Ok(())
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.slots.free.fetch_add(1, Ordering::AcqRel);
        if self.rings {
            // It fails only when the counter is full, which rings just as well.
            let _ = rustix::io::write(&self.slots.bell, &1u64.to_ne_bytes());
        }
    }
}
