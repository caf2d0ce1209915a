//! A lock whose release tells nobody.

use crate::prim::{Deadline, Futex, Ordering};

/// 0 free, 1 taken. Who sleeps for it sleeps on.
pub struct SilentLock {
    word: Futex,
}

impl SilentLock {
    /// A lock that is free.
    pub fn new() -> Self {
        SilentLock { word: Futex::new(0) }
    }

    /// Takes it.
    pub fn lock(&self) {
        while self.word.swap(1, Ordering::Acquire) != 0 {
            self.word.wait(1, Deadline::NEVER);
        }
    }

    /// Lets go, and forgets to wake.
    pub fn unlock(&self) {
        self.word.store(0, Ordering::Release);
    }
}

impl Default for SilentLock {
    fn default() -> Self {
        SilentLock::new()
    }
}
