//! How results are announced to whoever waits for them.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::futex::{Patience, wake_all};
use super::memory::{HEADER, Memory, kinds};

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
    pub(super) fn ring(&self) {
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
