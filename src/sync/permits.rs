//! The number behind both semaphores.

use std::io;

use super::prim::{Deadline, Futex, Ordering};

/// Someone may be asleep. The other bits are the number of permits.
const SLEEPERS: u32 = 1 << 31;

pub struct Permits {
    word: Futex,
    most: u32,
}

impl Permits {
    pub const MOST: u32 = SLEEPERS - 1;

    pub fn new(permits: u32, most: u32) -> Self {
        let most = most.min(Self::MOST);
        Permits { word: Futex::new(permits.min(most)), most }
    }

    pub fn most(&self) -> u32 {
        self.most
    }

    pub fn available(&self) -> u32 {
        self.word.load(Ordering::Relaxed) & !SLEEPERS
    }

    pub fn try_take(&self) -> bool {
        let mut word = self.word.load(Ordering::Relaxed);
        while word & !SLEEPERS > 0 {
            // Acquire: what was written before the permit was given back is seen.
            match self.word.compare_exchange_weak(word, word - 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    /// `false`: not before the deadline.
    pub fn take(&self, deadline: Deadline) -> bool {
        self.try_take() || self.take_later(deadline)
    }

    #[cold]
    fn take_later(&self, deadline: Deadline) -> bool {
        let mut in_time = true;
        let mut has_slept = false;
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let there = word & !SLEEPERS;
            if there == 0 && !in_time {
                return false;
            }
            // Who was woken does not know whether others still sleep: it leaves the bit set.
            let next = match (there, has_slept) {
                (0, _) => word | SLEEPERS,
                (_, false) => word - 1,
                (_, true) => (word - 1) | SLEEPERS,
            };
            if next != word
                && let Err(now) =
                    self.word.compare_exchange_weak(word, next, Ordering::Acquire, Ordering::Relaxed)
            {
                word = now;
                continue;
            }
            if there > 0 {
                // Between the one that cleared the bit and this one, others may have given permits
                // back and woken nobody: whoever was woken and leaves some wakes the next.
                if has_slept && there > 1 {
                    self.word.wake(1);
                }
                return true;
            }
            in_time = self.word.wait(next, deadline);
            has_slept = true;
            word = self.word.load(Ordering::Relaxed);
        }
    }

    /// Gives back `count`. If that is 0 or too many: how many there are, and nothing has changed.
    ///
    /// # Errors
    /// The number of permits that are there.
    pub fn give(&self, count: u32) -> Result<(), u32> {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let there = word & !SLEEPERS;
            if count == 0 || count > self.most - there {
                return Err(there);
            }
            let next = there + count;
            match self.word.compare_exchange_weak(word, next, Ordering::Release, Ordering::Relaxed) {
                Ok(_) if word & SLEEPERS != 0 => {
                    self.word.wake(count);
                    return Ok(());
                }
                Ok(_) => return Ok(()),
                Err(now) => word = now,
            }
        }
    }
}

/// The error of a `release` that was refused.
pub fn not_so_many(count: u32, there: u32, most: u32) -> io::Error {
    let message = if count == 0 {
        "cannot give back 0 permits (release at least 1)".to_string()
    } else {
        format!(
            "cannot give back {count} permits: {there} of at most {most} are there already \
             (a release for each acquire, and no more)"
        )
    };
    io::Error::new(io::ErrorKind::InvalidInput, message)
}
