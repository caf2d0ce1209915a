//! An event between processes.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::futex::{Patience, wake_all};
use super::memory::{HEADER, Memory, kinds, travels};

/// A flag that processes share, and that they can wait for.
///
/// - It is off at first. `set` turns it on and wakes all who wait; `clear` turns it off.
/// - `set` then at once `clear` still wakes everybody who waited at that moment.
/// - A process that is killed while it waits disturbs nobody: `set` never waits for the waiters.
///
/// ```
/// use netkit::process::ProcessEvent;
/// use std::time::Duration;
///
/// let event = ProcessEvent::new()?;
/// assert!(!event.wait_timeout(Duration::ZERO));
/// event.set();
/// event.wait();
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `multiprocessing.Event`. Man page: futex(2).
#[derive(Clone)]
pub struct ProcessEvent {
    memory: Arc<Memory>,
}

/// The flag is the lowest bit; the others count how often it was turned on.
const SET: u32 = 1;

impl ProcessEvent {
    /// A new event, which is off.
    ///
    /// # Errors
    /// No descriptor or no memory left.
    pub fn new() -> io::Result<Self> {
        Ok(ProcessEvent::over(Arc::new(Memory::create([kinds::EVENT, 0], 64)?)))
    }

    /// Whether it is on.
    pub fn is_set(&self) -> bool {
        self.word().load(Ordering::Acquire) & SET != 0
    }

    /// Turns it on and wakes everybody who waits. Twice changes nothing.
    pub fn set(&self) {
        let turned = self.word().fetch_update(Ordering::AcqRel, Ordering::Acquire, |word| {
            (word & SET == 0).then(|| word.wrapping_add(2) | SET)
        });
        if turned.is_ok() {
            wake_all(self.word());
        }
    }

    /// Turns it off.
    pub fn clear(&self) {
        self.word().fetch_and(!SET, Ordering::AcqRel);
    }

    /// Waits until it is on, or has been on.
    pub fn wait(&self) {
        self.wait_with(Patience::endless());
    }

    /// Waits until it is on, or has been on, at most `limit`; says whether it was.
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        self.wait_with(Patience::until(limit))
    }

    fn wait_with(&self, patience: Patience) -> bool {
        let begin = self.word().load(Ordering::Acquire);
        let mut now = begin;
        loop {
            // Off, but another count than at the beginning: it was on in between.
            if now & SET != 0 || now | SET != begin | SET {
                return true;
            }
            if !patience.wait(self.word(), now) {
                return false;
            }
            now = self.word().load(Ordering::Acquire);
        }
    }

    fn word(&self) -> &AtomicU32 {
        self.memory.cell(HEADER)
    }

    fn over(memory: Arc<Memory>) -> Self {
        ProcessEvent { memory }
    }
}

travels!(ProcessEvent, [kinds::EVENT, 0]);

impl fmt::Debug for ProcessEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProcessEvent").field(&self.is_set()).finish()
    }
}
