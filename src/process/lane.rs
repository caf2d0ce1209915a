//! The way of tasks to one worker and of results back: two rings in shared memory.
//!
//! Tasks stand in the first ring in the order of their offer. One word, the *window*, counts how many
//! were offered and how many of those the worker has taken. Both sides change it in one step, so the
//! parent can take back an offer that the worker has not taken, and after the worker's death it
//! knows which task had begun. Whoever waits sleeps on a word (futex(2)) and says so in it, so that
//! nobody makes a system call for somebody who is awake.

use std::io;
use std::sync::atomic::{AtomicU32, AtomicU64};

use serde::{Deserialize, Serialize};

use super::memory::{HEADER, Memory, kinds};

/// Bytes of each ring: a power of two, so that positions may run past `u32::MAX`.
pub(super) const RING: usize = 1 << 16;

/// What is longer does not go through a ring.
pub(crate) const INLINE: usize = RING / 4;

// Each of these words has a cache line of its own: the two sides write them all the time.
const WINDOW: usize = HEADER;
const ASLEEP: usize = HEADER + 64;
const RESULTS_END: usize = HEADER + 128;
const RESULTS_BEGIN: usize = HEADER + 192;
const FULL: usize = RESULTS_BEGIN + 4;
pub(super) const TASKS: usize = HEADER + 256;
pub(super) const RESULTS: usize = TASKS + RING;

/// Before each task: its length, number, count of items and flags.
pub(super) const TASK_HEADER: usize = 16;

/// Before each result: its length and flags.
pub(super) const RESULT_HEADER: usize = 8;

/// Flag: the bytes are in a file of their own, whose descriptor is the first that comes by the socket.
pub(crate) const BODY: u32 = 1;
/// Flag: descriptors come by the socket.
pub(crate) const DESCRIPTORS: u32 = 2;

/// What is said about a task besides its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TaskHeader {
    /// The function's number.
    pub(crate) task: u32,
    /// How many items the bytes are; 0: the worker is to end.
    pub(crate) count: u32,
    pub(crate) flags: u32,
}

/// The shared memory of one worker.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lane {
    pub(super) memory: Memory,
}

impl Lane {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Lane { memory: Memory::create([kinds::LANE, 0], RESULTS - HEADER + RING)? })
    }

    pub(super) fn window(&self) -> &AtomicU64 {
        self.memory.cell(WINDOW)
    }

    pub(super) fn asleep(&self) -> &AtomicU32 {
        self.memory.cell(ASLEEP)
    }

    pub(super) fn results_end(&self) -> &AtomicU32 {
        self.memory.cell(RESULTS_END)
    }

    pub(super) fn results_begin(&self) -> &AtomicU32 {
        self.memory.cell(RESULTS_BEGIN)
    }

    pub(super) fn full(&self) -> &AtomicU32 {
        self.memory.cell(FULL)
    }

    /// Copies bytes into a ring at a position that counts on and on.
    pub(super) fn write(&self, ring: usize, position: u32, data: &[u8]) {
        let at = position as usize % RING;
        let first = data.len().min(RING - at);
        let (front, rest) = data.split_at(first);
        for (at, piece) in [(at, front), (0, rest)] {
            let to = self.memory.bytes(ring + at, piece.len(), 1);
            // SAFETY: `bytes` has checked that the piece is inside the mapping. `data` is memory of
            // this process alone, so they do not overlap. The other side reads this part of the ring
            // only after the window or the end has moved over it, which happens later and with release.
            unsafe { to.copy_from_nonoverlapping(std::ptr::NonNull::from(piece).cast(), piece.len()) };
        }
    }

    /// Copies bytes out of a ring.
    pub(super) fn read(&self, ring: usize, position: u32, data: &mut [u8]) {
        let at = position as usize % RING;
        let first = data.len().min(RING - at);
        let (front, rest) = data.split_at_mut(first);
        for (at, piece) in [(at, front), (0, rest)] {
            let from = self.memory.bytes(ring + at, piece.len(), 1);
            // SAFETY: `bytes` has checked that the piece is inside the mapping; `piece` is ours alone.
            // The other side wrote this part before it moved the window or the end over it, which was
            // read with acquire, and does not write it again before we have given it back.
            unsafe { from.copy_to_nonoverlapping(std::ptr::NonNull::from(&mut *piece).cast(), piece.len()) };
        }
    }
}

pub(super) fn offered(window: u64) -> u32 {
    (window >> 32) as u32
}

pub(super) fn taken(window: u64) -> u32 {
    window as u32
}

pub(super) fn window(offered: u32, taken: u32) -> u64 {
    u64::from(offered) << 32 | u64::from(taken)
}
