//! The reentrant lock without what it protects.
//!
//! One word holds the owner's number, and a bit that says that others may be asleep:
//!
//! | word | meaning |
//! |---|---|
//! | 0 | free |
//! | N | thread N has it |
//! | N + `SLEEPERS` | thread N has it, and must wake someone when it lets go |
//!
//! Letting go sets the word to 0 and then wakes one thread. If that one, when it has the lock, is not
//! the only one that wanted to sleep, it sets the bit again for the others.

use super::owners::{self, Wanted};
use super::prim::{self, AtomicU32, Deadline, Futex, Ordering};

const SLEEPERS: u32 = owners::MOST;

pub struct RawReentrant {
    word: Futex,
    /// How many threads sleep, or are about to, or have just been woken.
    sleepers: AtomicU32,
    /// How often the owner has taken it beyond the first time. Only the owner looks at it.
    levels: AtomicU32,
    /// The number of a thread that ended as the owner; 0: none, or that has been repaired.
    died: AtomicU32,
}

impl RawReentrant {
    pub fn new() -> Self {
        RawReentrant {
            word: Futex::new(0),
            sleepers: AtomicU32::new(0),
            levels: AtomicU32::new(0),
            died: AtomicU32::new(0),
        }
    }

    /// Takes it, or takes it once more. `false`: not before the deadline.
    #[inline]
    pub fn lock(&self, deadline: Deadline) -> bool {
        let me = prim::me();
        // Acquire: what the last owner wrote is seen by this one.
        match self.word.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => prim::took_one(),
            Err(word) if word & !SLEEPERS == me => self.enter_again(),
            Err(_) => return self.lock_taken(me, deadline),
        }
        true
    }

    /// Takes it, or takes it once more, if that needs no waiting.
    #[inline]
    pub fn try_lock(&self) -> bool {
        let me = prim::me();
        match self.word.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => prim::took_one(),
            Err(word) if word & !SLEEPERS == me => self.enter_again(),
            Err(_) => {
                owners::release_if_ended(self);
                return self.take(me);
            }
        }
        true
    }

    /// Gives one level back; with the last one, the lock. Only its owner may call this.
    #[inline]
    pub fn unlock(&self) {
        match self.levels.load(Ordering::Relaxed) {
            0 => self.release(),
            levels => self.levels.store(levels - 1, Ordering::Relaxed),
        }
    }

    /// Gives all levels back, and says how many to give to [`RawReentrant::lock_levels`] later.
    pub fn unlock_levels(&self) -> u32 {
        let levels = self.levels.load(Ordering::Relaxed);
        self.levels.store(0, Ordering::Relaxed);
        self.release();
        levels
    }

    /// Takes it with as many levels as it was given back with.
    pub fn lock_levels(&self, levels: u32) {
        self.lock(Deadline::NEVER);
        self.levels.store(levels, Ordering::Relaxed);
    }

    /// The number of the thread that has it; 0: nobody.
    pub fn owner(&self) -> u32 {
        self.word.load(Ordering::Relaxed) & !SLEEPERS
    }

    /// The number of an owner that has ended, as long as nobody has repaired that; 0: none.
    #[inline]
    pub fn died(&self) -> u32 {
        self.died.load(Ordering::Relaxed)
    }

    /// What the lock protects is whole again. Only its owner may call this.
    pub fn make_consistent(&self) {
        self.died.store(0, Ordering::Relaxed);
    }

    /// Lets go for an owner that has ended. Called under the table's mutex.
    pub fn release_for(&self, owner: u32) {
        self.levels.store(0, Ordering::Relaxed);
        self.died.store(owner, Ordering::Relaxed);
        self.let_go();
    }

    #[inline]
    fn release(&self) {
        prim::gave_one();
        self.let_go();
    }

    #[inline]
    fn let_go(&self) {
        // Release: the next owner sees what was written under the lock.
        if self.word.swap(0, Ordering::Release) & SLEEPERS != 0 {
            self.word.wake(1);
        }
    }

    /// # Panics
    /// The lock has been taken 2³² times.
    fn enter_again(&self) {
        let levels = self.levels.load(Ordering::Relaxed).checked_add(1);
        let Some(levels) = levels else { panic!("a reentrant lock was taken 4294967296 times") };
        self.levels.store(levels, Ordering::Relaxed);
    }

    #[cold]
    fn lock_taken(&self, me: u32, deadline: Deadline) -> bool {
        if self.spin() == 0 && self.take(me) {
            return true;
        }
        let _wanted = Wanted::new(self);
        self.sleepers.fetch_add(1, Ordering::Relaxed);
        let taken = self.sleep(me, deadline);
        // Those who are left have to be woken some day, also when this thread gives up: then the
        // bit is set already, by this thread or by another.
        if self.sleepers.fetch_sub(1, Ordering::Relaxed) > 1 && taken {
            self.word.fetch_or(SLEEPERS, Ordering::Relaxed);
        }
        taken
    }

    fn sleep(&self, me: u32, deadline: Deadline) -> bool {
        loop {
            let word = self.word.load(Ordering::Relaxed);
            if word == 0 {
                if self.take(me) {
                    return true;
                }
                continue;
            }
            let asleep = word | SLEEPERS;
            // Release: whoever gets the lock later sees that this thread is among the sleepers.
            if word != asleep
                && self.word.compare_exchange(word, asleep, Ordering::Release, Ordering::Relaxed).is_err()
            {
                continue;
            }
            if !self.word.wait(asleep, deadline) {
                return false;
            }
            self.spin();
        }
    }

    fn take(&self, me: u32) -> bool {
        let taken = self.word.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed).is_ok();
        if taken {
            prim::took_one();
        }
        taken
    }

    /// The owner may be about to let go: looks again for a moment. When others sleep already it does
    /// not: they have found that it takes longer.
    fn spin(&self) -> u32 {
        let mut turn = 0;
        loop {
            let word = self.word.load(Ordering::Relaxed);
            if word == 0 || word & SLEEPERS != 0 || !prim::pause(turn) {
                return word;
            }
            turn += 1;
        }
    }
}
