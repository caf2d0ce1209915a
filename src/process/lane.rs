//! The way of tasks to one worker and of results back: two rings in shared memory.
//!
//! Tasks stand in the first ring in the order of their offer. One word, the *window*, counts how many
//! were offered and how many of those the worker has taken. Both sides change it in one step, so the
//! parent can take back an offer that the worker has not taken, and after the worker's death it
//! knows which task had begun. Whoever waits sleeps on a word (futex(2)) and says so in it, so that
//! nobody makes a system call for somebody who is awake.

use std::io;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::futex::{Patience, wake_all, wake_one};
use super::memory::{HEADER, Memory, kinds};

/// Bytes of each ring: a power of two, so that positions may run past `u32::MAX`.
const RING: usize = 1 << 16;

/// What is longer does not go through a ring.
pub(crate) const INLINE: usize = RING / 4;

// Each of these words has a cache line of its own: the two sides write them all the time.
const WINDOW: usize = HEADER;
const ASLEEP: usize = HEADER + 64;
const RESULTS_END: usize = HEADER + 128;
const RESULTS_BEGIN: usize = HEADER + 192;
const FULL: usize = RESULTS_BEGIN + 4;
const TASKS: usize = HEADER + 256;
const RESULTS: usize = TASKS + RING;

/// Before each task: its length, number, count of items and flags.
const TASK_HEADER: usize = 16;

/// Before each result: its length and flags.
const RESULT_HEADER: usize = 8;

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
    memory: Memory,
}

/// Who waits for results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sleeper {
    /// The pool's thread for results.
    Thread = 1,
    /// A caller that waits for its result, and brings the others' meanwhile.
    Leader = 2,
}

/// Whom results are announced to: one word that says who sleeps, shared by all workers.
#[derive(Serialize, Deserialize)]
pub(crate) struct Bell {
    memory: Memory,
}

impl Bell {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Bell { memory: Memory::create([kinds::BELL, 0], 64)? })
    }

    /// A second handle for a worker.
    pub(crate) fn same(&self) -> io::Result<Self> {
        Ok(Bell { memory: self.memory.same()? })
    }

    /// From now on the bell rings for `sleeper`; `None`: for nobody.
    pub(crate) fn ring_for(&self, sleeper: Option<Sleeper>) {
        self.word().store(sleeper.map_or(0, |sleeper| sleeper as u32), Ordering::SeqCst);
    }

    /// How often this one was woken. Ask before you look for work, then [`sleep`](Bell::sleep) with it.
    pub(crate) fn wakes(&self, sleeper: Sleeper) -> u32 {
        self.word_of(sleeper).load(Ordering::SeqCst)
    }

    /// Sleeps until this one is woken once more than `wakes` times; `false`: the time was over.
    pub(crate) fn sleep(&self, sleeper: Sleeper, wakes: u32, patience: Patience) -> bool {
        patience.wait(self.word_of(sleeper), wakes)
    }

    /// Wakes the one who sleeps, if somebody does.
    fn ring(&self) {
        let word = self.word();
        if word.load(Ordering::SeqCst) != 0 {
            match word.swap(0, Ordering::SeqCst) {
                0 => {}
                leader if leader == Sleeper::Leader as u32 => self.wake(Sleeper::Leader),
                _ => self.wake(Sleeper::Thread),
            }
        }
    }

    /// Wakes whoever sleeps, even if a worker that was killed has silenced the bell and woken nobody.
    pub(crate) fn ring_surely(&self) {
        self.ring_for(None);
        self.wake(Sleeper::Thread);
        self.wake(Sleeper::Leader);
    }

    /// Wakes this one.
    pub(crate) fn wake(&self, sleeper: Sleeper) {
        self.word_of(sleeper).fetch_add(1, Ordering::SeqCst);
        wake_all(self.word_of(sleeper));
    }

    /// For whom the bell is to ring.
    fn word(&self) -> &AtomicU32 {
        self.memory.cell(HEADER)
    }

    /// What this one sleeps on: counts how often it was woken.
    fn word_of(&self, sleeper: Sleeper) -> &AtomicU32 {
        self.memory.cell(HEADER + 4 * sleeper as usize)
    }
}

impl Lane {
    fn new() -> io::Result<Self> {
        Ok(Lane { memory: Memory::create([kinds::LANE, 0], RESULTS - HEADER + RING)? })
    }

    fn window(&self) -> &AtomicU64 {
        self.memory.cell(WINDOW)
    }

    fn asleep(&self) -> &AtomicU32 {
        self.memory.cell(ASLEEP)
    }

    fn results_end(&self) -> &AtomicU32 {
        self.memory.cell(RESULTS_END)
    }

    fn results_begin(&self) -> &AtomicU32 {
        self.memory.cell(RESULTS_BEGIN)
    }

    fn full(&self) -> &AtomicU32 {
        self.memory.cell(FULL)
    }

    /// Copies bytes into a ring at a position that counts on and on.
    fn write(&self, ring: usize, position: u32, data: &[u8]) {
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
    fn read(&self, ring: usize, position: u32, data: &mut [u8]) {
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

fn offered(window: u64) -> u32 {
    (window >> 32) as u32
}

fn taken(window: u64) -> u32 {
    window as u32
}

fn window(offered: u32, taken: u32) -> u64 {
    u64::from(offered) << 32 | u64::from(taken)
}

/// The parent's end.
pub(crate) struct ParentEnd {
    lane: Lane,
    /// Where the next task will stand.
    end: u32,
    /// Bytes of tasks whose results have not been read.
    used: usize,
    /// Where the next result stands.
    results: u32,
}

impl ParentEnd {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(ParentEnd { lane: Lane::new()?, end: 0, used: 0, results: 0 })
    }

    /// The worker's end, to be sent there.
    pub(crate) fn other_end(&self) -> io::Result<Lane> {
        Ok(Lane { memory: self.lane.memory.same()? })
    }

    /// Whether a task of so many bytes has room.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.used + TASK_HEADER + bytes <= RING
    }

    /// Offers a task, which [has room](ParentEnd::has_room).
    pub(crate) fn offer(&mut self, header: TaskHeader, bytes: &[u8]) {
        let words = [bytes.len() as u32, header.task, header.count, header.flags];
        self.lane.write(TASKS, self.end, words.map(u32::to_ne_bytes).as_flattened());
        self.lane.write(TASKS, self.end.wrapping_add(TASK_HEADER as u32), bytes);
        self.end = self.end.wrapping_add((TASK_HEADER + bytes.len()) as u32);
        self.used += TASK_HEADER + bytes.len();
        // The count of offers is in the upper half, where it may overflow without harm.
        self.lane.window().fetch_add(1 << 32, Ordering::SeqCst);
    }

    /// Wakes the worker if it sleeps.
    pub(crate) fn wake(&self) {
        let asleep = self.lane.asleep();
        if asleep.load(Ordering::SeqCst) == 1 && asleep.swap(0, Ordering::SeqCst) == 1 {
            wake_one(asleep);
        }
    }

    /// How many tasks the worker has taken, in all.
    pub(crate) fn taken(&self) -> u32 {
        taken(self.lane.window().load(Ordering::SeqCst))
    }

    /// How many are offered and not taken.
    pub(crate) fn waiting(&self) -> u32 {
        let window = self.lane.window().load(Ordering::SeqCst);
        offered(window).wrapping_sub(taken(window))
    }

    /// Takes back up to `most` of the last offers; says how many. The caller then
    /// [forgets](ParentEnd::forget) the length of each.
    pub(crate) fn take_back(&self, most: u32) -> u32 {
        let mut now = self.lane.window().load(Ordering::SeqCst);
        loop {
            let (offers, takes) = (offered(now), taken(now));
            let count = offers.wrapping_sub(takes).min(most);
            let fewer = window(offers.wrapping_sub(count), takes);
            match self.lane.window().compare_exchange_weak(now, fewer, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return count,
                Err(current) => now = current,
            }
        }
    }

    /// The last task, of so many bytes, was taken back.
    pub(crate) fn forget(&mut self, bytes: usize) {
        self.end = self.end.wrapping_sub((TASK_HEADER + bytes) as u32);
        self.used -= TASK_HEADER + bytes;
    }

    /// The result of a task of so many bytes was read: its place is free.
    pub(crate) fn done(&mut self, bytes: usize) {
        self.used -= TASK_HEADER + bytes;
    }

    /// Whether there are results to read.
    pub(crate) fn has_results(&self) -> bool {
        self.lane.results_end().load(Ordering::SeqCst) != self.results
    }

    /// Moves all results that are there to the end of `into`, where [`next_result`] finds them.
    pub(crate) fn read_results(&mut self, into: &mut Vec<u8>) {
        let end = self.lane.results_end().load(Ordering::SeqCst);
        let length = end.wrapping_sub(self.results) as usize;
        if length == 0 || length > RING {
            return;
        }
        let begin = into.len();
        into.resize(begin + length, 0);
        self.lane.read(RESULTS, self.results, &mut into[begin..]);
        self.results = end;
        self.lane.results_begin().store(end, Ordering::SeqCst);
        if self.lane.full().load(Ordering::SeqCst) == 1 && self.lane.full().swap(0, Ordering::SeqCst) == 1 {
            wake_one(self.lane.results_begin());
        }
    }
}

/// Takes one result from the front of what [`ParentEnd::read_results`] has read: flags and bytes.
pub(crate) fn next_result<'a>(bytes: &mut &'a [u8]) -> Option<(u32, &'a [u8])> {
    let (header, rest) = bytes.split_first_chunk::<RESULT_HEADER>()?;
    let [a, b, c, d, flags @ ..] = *header;
    let length = u32::from_ne_bytes([a, b, c, d]) as usize;
    let (result, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some((u32::from_ne_bytes(flags), result))
}

/// The worker's end.
pub(crate) struct WorkerEnd {
    lane: Lane,
    bell: Bell,
    /// Where the next task stands.
    begin: u32,
    /// Where the next result will stand.
    end: u32,
    /// Tasks since it last slept.
    burst: u32,
}

impl WorkerEnd {
    pub(crate) fn new(lane: Lane, bell: Bell) -> Self {
        WorkerEnd { lane, bell, begin: 0, end: 0, burst: 0 }
    }

    /// Waits for a task and takes it; `bytes` is replaced by its bytes.
    pub(crate) fn take(&mut self, bytes: &mut Vec<u8>) -> TaskHeader {
        while !self.try_take() {
            self.wait();
        }
        self.burst = self.burst.saturating_add(1);
        let mut header = [0; TASK_HEADER];
        self.lane.read(TASKS, self.begin, &mut header);
        let word =
            |at: usize| u32::from_ne_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let length = word(0) as usize;
        bytes.resize(length.min(RING), 0);
        self.lane.read(TASKS, self.begin.wrapping_add(TASK_HEADER as u32), bytes);
        self.begin = self.begin.wrapping_add((TASK_HEADER + length) as u32);
        TaskHeader { task: word(4), count: word(8), flags: word(12) }
    }

    fn try_take(&self) -> bool {
        let mut now = self.lane.window().load(Ordering::SeqCst);
        loop {
            let (offers, takes) = (offered(now), taken(now));
            if offers == takes {
                return false;
            }
            let more = window(offers, takes.wrapping_add(1));
            match self.lane.window().compare_exchange_weak(now, more, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return true,
                Err(current) => now = current,
            }
        }
    }

    fn is_offered(&self) -> bool {
        let window = self.lane.window().load(Ordering::SeqCst);
        offered(window) != taken(window)
    }

    fn wait(&mut self) {
        if nap(self.burst) {
            // Tasks were coming in numbers. If more have come meanwhile, nobody had to wake us.
            self.burst = 0;
            if self.is_offered() {
                return;
            }
        }
        self.burst = 0;
        let asleep = self.lane.asleep();
        asleep.store(1, Ordering::SeqCst);
        if !self.is_offered() {
            Patience::endless().wait(asleep, 1);
        }
        asleep.store(0, Ordering::SeqCst);
    }

    /// Gives a result, of at most [`INLINE`] bytes.
    pub(crate) fn reply(&mut self, flags: u32, bytes: &[u8]) {
        let length = RESULT_HEADER + bytes.len();
        loop {
            let begin = self.lane.results_begin().load(Ordering::SeqCst);
            if self.end.wrapping_sub(begin) as usize + length <= RING {
                break;
            }
            self.lane.full().store(1, Ordering::SeqCst);
            // If it has moved since, this returns at once.
            Patience::endless().wait(self.lane.results_begin(), begin);
        }
        let words = [bytes.len() as u32, flags];
        self.lane.write(RESULTS, self.end, words.map(u32::to_ne_bytes).as_flattened());
        self.lane.write(RESULTS, self.end.wrapping_add(RESULT_HEADER as u32), bytes);
        self.end = self.end.wrapping_add(length as u32);
        self.lane.results_end().store(self.end, Ordering::SeqCst);
        self.bell.ring();
    }
}

/// After many tasks in a row, a short sleep from which nobody has to wake us: others go on meanwhile,
/// and what they do comes together. Says whether it slept.
pub(crate) fn nap(burst: u32) -> bool {
    const MANY: u32 = 4;
    const NAP: std::time::Duration = std::time::Duration::from_micros(30);
    if burst < MANY {
        return false;
    }
    std::thread::sleep(NAP);
    true
}
