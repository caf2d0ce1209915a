//! A flag that threads can wait for.

use std::fmt;
use std::time::Duration;

use super::prim::{Deadline, Futex, Ordering};

/// The flag itself.
const SET: u32 = 1;

/// Someone may be asleep: whoever sets the flag must wake.
const SLEEPERS: u32 = 2;

/// Each `set` adds one of these: a waiter sees that there was one, even if the flag is off again.
const TURN: u32 = 4;

/// A flag that is off or on, and that threads can wait for.
///
/// - [`Event::set`] lets everyone go on who waits at that moment, also if [`Event::clear`] follows at
///   once. A waiter that looked at the flag again would miss that and sleep on.
/// - It stays on until it is cleared: later waits return at once.
/// - Whoever has waited sees what was written before the `set`.
/// - Setting it when nobody waits costs no system call.
///
/// ```
/// use std::time::Duration;
/// use netkit::sync::Event;
///
/// let ready = Event::new();
/// assert!(!ready.wait_timeout(Duration::from_millis(1)));
/// std::thread::scope(|scope| {
///     scope.spawn(|| ready.set());
///     ready.wait(); // until the other thread has set it
/// });
/// assert!(ready.is_set());
/// ```
///
/// Python: `threading.Event`.
pub struct Event {
    word: Futex,
}

impl Event {
    /// An event that is off.
    pub fn new() -> Self {
        Event { word: Futex::new(0) }
    }

    /// Turns it on and wakes everyone who waits. Turning it on twice changes nothing.
    pub fn set(&self) {
        let mut word = self.word.load(Ordering::Relaxed);
        while word & SET == 0 {
            // After 2³⁰ turns the number begins again. A waiter would have to sleep through exactly
            // so many, each of which wakes it.
            let on = (word & !SLEEPERS).wrapping_add(TURN) | SET;
            // Release: who waits sees what was written before.
            match self.word.compare_exchange_weak(word, on, Ordering::Release, Ordering::Relaxed) {
                Ok(_) if word & SLEEPERS != 0 => return self.word.wake(u32::MAX),
                Ok(_) => return,
                Err(now) => word = now,
            }
        }
    }

    /// Turns it off. Later waits sleep.
    pub fn clear(&self) {
        self.word.fetch_and(!SET, Ordering::Relaxed);
    }

    /// Whether it is on.
    pub fn is_set(&self) -> bool {
        self.word.load(Ordering::Acquire) & SET != 0
    }

    /// Waits until it is on, or was turned on since.
    ///
    /// Python: `wait()`.
    pub fn wait(&self) {
        self.wait_until(Deadline::NEVER);
    }

    /// Waits until it is on, or was turned on since; `false`: not in all of `limit`.
    ///
    /// Python: `wait(timeout)`.
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        self.is_set() || self.wait_until(Deadline::after(limit))
    }

    fn wait_until(&self, deadline: Deadline) -> bool {
        let before = self.word.load(Ordering::Acquire);
        let mut word = before;
        let mut in_time = true;
        loop {
            // On, or another turn's number. Acquire: it goes with the Release of `set`.
            if word & SET != 0 || (word ^ before) >= TURN {
                return true;
            }
            if !in_time {
                return false;
            }
            let asleep = word | SLEEPERS;
            if word != asleep
                && let Err(now) =
                    self.word.compare_exchange_weak(word, asleep, Ordering::Acquire, Ordering::Acquire)
            {
                word = now;
                continue;
            }
            in_time = self.word.wait(asleep, deadline);
            word = self.word.load(Ordering::Acquire);
        }
    }
}

impl Default for Event {
    fn default() -> Self {
        Event::new()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("is_set", &self.is_set()).finish()
    }
}
