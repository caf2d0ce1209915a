//! The event that everyone writes first: a flag and a condition variable.

use std::sync::PoisonError;

use loom::sync::{Condvar, Mutex};

/// A waiter that wakes looks at the flag again. If it was cleared by then, the waiter has missed it.
pub struct FlagEvent {
    flag: Mutex<bool>,
    bell: Condvar,
}

impl FlagEvent {
    /// An event that is off.
    pub fn new() -> Self {
        FlagEvent { flag: Mutex::new(false), bell: Condvar::new() }
    }

    /// Turns it on.
    pub fn set(&self) {
        *self.flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }

    /// Turns it off.
    pub fn clear(&self) {
        *self.flag.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    /// Waits until it is on.
    pub fn wait(&self, begun: impl FnOnce()) {
        let mut flag = self.flag.lock().unwrap_or_else(PoisonError::into_inner);
        begun();
        while !*flag {
            flag = self.bell.wait(flag).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Default for FlagEvent {
    fn default() -> Self {
        FlagEvent::new()
    }
}
