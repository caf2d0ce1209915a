//! The worker's end of a lane: takes tasks, writes results.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::futex::Patience;
use super::lane::{
    Lane, RESULT_HEADER, RESULTS, RING, TASK_HEADER, TASKS, TaskHeader, offered, taken, window,
};
use super::{Bell, Spin};

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
    spin: Spin,
}

impl WorkerEnd {
    pub(crate) fn new(lane: Lane, bell: Bell) -> Self {
        WorkerEnd { lane, bell, begin: 0, end: 0, burst: 0, spin: Spin::new() }
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
        let window = self.lane.window();
        let offers = |window: u64| offered(window) != taken(window);
        if self.spin.until(|| offers(window.load(Ordering::SeqCst))) {
            return;
        }
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
    const NAP: Duration = Duration::from_micros(30);
    if burst < MANY {
        return false;
    }
    thread::sleep(NAP);
    true
}
