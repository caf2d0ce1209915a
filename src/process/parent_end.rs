//! The parent's end of a lane: offers tasks, reads results.

use std::io;
use std::sync::atomic::Ordering;

use super::futex::wake_one;
use super::lane::{
    Lane, RESULT_HEADER, RESULTS, RING, TASK_HEADER, TASKS, TaskHeader, offered, taken, window,
};

/// The parent's end.
pub(crate) struct ParentEnd {
    lane: Lane,
    /// Where the next task will stand.
    end: u32,
    /// Bytes of tasks whose results have not been read.
    used: usize,
    /// Where the next result stands.
    results: u32,
    /// Tasks in the ring that are not offered yet.
    staged: u32,
}

impl ParentEnd {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(ParentEnd { lane: Lane::new()?, end: 0, used: 0, results: 0, staged: 0 })
    }

    /// The worker's end, to be sent there.
    pub(crate) fn other_end(&self) -> io::Result<Lane> {
        Ok(Lane { memory: self.lane.memory.same()? })
    }

    /// Whether a task of so many bytes has room.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.used + TASK_HEADER + bytes <= RING
    }

    /// Writes a task, which [has room](ParentEnd::has_room), into the ring.
    pub(crate) fn stage(&mut self, header: TaskHeader, bytes: &[u8]) {
        let words = [bytes.len() as u32, header.task, header.count, header.flags];
        self.lane.write(TASKS, self.end, words.map(u32::to_ne_bytes).as_flattened());
        self.lane.write(TASKS, self.end.wrapping_add(TASK_HEADER as u32), bytes);
        self.end = self.end.wrapping_add((TASK_HEADER + bytes.len()) as u32);
        self.used += TASK_HEADER + bytes.len();
        self.staged += 1;
    }

    /// Offers all that was staged, and wakes the worker if it sleeps.
    pub(crate) fn offer(&mut self) {
        if self.staged == 0 {
            return;
        }
        // The count of offers is in the upper half, where it may overflow without harm.
        self.lane.window().fetch_add(u64::from(self.staged) << 32, Ordering::SeqCst);
        self.staged = 0;
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
