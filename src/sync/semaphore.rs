//! Counted permits.

use std::fmt;
use std::io;
use std::time::Duration;

use super::permits::{Permits, not_so_many};
use super::prim::Deadline;

/// A number of permits: who takes one goes on, who finds none waits for one to be given back.
///
/// - Whoever likes may give permits back, also more than it began with.
/// - What was written before a `release` is seen by whoever gets one of its permits.
/// - Nobody is first in line.
///
/// ```
/// use netkit::sync::Semaphore;
///
/// let slots = Semaphore::new(2);
/// slots.acquire();
/// let permit = slots.permit(); // gives itself back
/// assert!(!slots.try_acquire());
/// drop(permit);
/// slots.release(1)?;
/// assert_eq!(slots.available(), 2);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `threading.Semaphore`.
#[derive(Debug)]
pub struct Semaphore {
    permits: Permits,
}

/// One permit of a [`Semaphore`] or a [`BoundedSemaphore`]. Dropped, it goes back.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once is given back at once"]
pub struct Permit<'a> {
    permits: &'a Permits,
}

impl Semaphore {
    /// The most permits that there can be: 2³¹ − 1.
    pub const MOST: u32 = Permits::MOST;

    /// A semaphore with this many permits, [`Semaphore::MOST`] if that is less.
    pub fn new(permits: u32) -> Self {
        Semaphore { permits: Permits::new(permits, Permits::MOST) }
    }

    /// Takes a permit; waits as long as it takes.
    pub fn acquire(&self) {
        self.permits.take(Deadline::NEVER);
    }

    /// Takes a permit if there is one.
    pub fn try_acquire(&self) -> bool {
        self.permits.try_take()
    }

    /// Takes a permit; `false`: there was none in all of `limit`.
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.permits.take(Deadline::after(limit))
    }

    /// Takes a permit that gives itself back; waits as long as it takes. Python: `with semaphore:`.
    pub fn permit(&self) -> Permit<'_> {
        self.permits.take(Deadline::NEVER);
        Permit { permits: &self.permits }
    }

    /// Takes a permit that gives itself back, if there is one.
    pub fn try_permit(&self) -> Option<Permit<'_>> {
        self.permits.try_take().then(|| Permit { permits: &self.permits })
    }

    /// Takes a permit that gives itself back; `None`: there was none in all of `limit`.
    pub fn permit_timeout(&self, limit: Duration) -> Option<Permit<'_>> {
        self.permits.take(Deadline::after(limit)).then(|| Permit { permits: &self.permits })
    }

    /// Gives back `count` permits.
    ///
    /// # Errors
    /// `InvalidInput`: `count` is 0, or there would be more than [`Semaphore::MOST`]. Nothing has
    /// changed.
    pub fn release(&self, count: u32) -> io::Result<()> {
        self.permits.give(count).map_err(|there| not_so_many(count, there, Self::MOST))
    }

    /// How many permits there are now; it may be another number when you look at it.
    pub fn available(&self) -> u32 {
        self.permits.available()
    }
}

/// A semaphore that never has more permits than it began with.
///
/// To give back what was never taken is a mistake of the program. Here it is an error, and changes
/// nothing.
///
/// ```
/// use netkit::sync::BoundedSemaphore;
///
/// let slots = BoundedSemaphore::new(2);
/// slots.acquire();
/// assert!(slots.release(2).is_err()); // only one is out
/// assert_eq!(slots.available(), 1);
/// slots.release(1)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `threading.BoundedSemaphore`.
#[derive(Debug)]
pub struct BoundedSemaphore {
    permits: Permits,
}

impl BoundedSemaphore {
    /// A semaphore with this many permits, [`Semaphore::MOST`] if that is less.
    pub fn new(permits: u32) -> Self {
        BoundedSemaphore { permits: Permits::new(permits, permits) }
    }

    /// Takes a permit; waits as long as it takes.
    pub fn acquire(&self) {
        self.permits.take(Deadline::NEVER);
    }

    /// Takes a permit if there is one.
    pub fn try_acquire(&self) -> bool {
        self.permits.try_take()
    }

    /// Takes a permit; `false`: there was none in all of `limit`.
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.permits.take(Deadline::after(limit))
    }

    /// Takes a permit that gives itself back; waits as long as it takes. Python: `with semaphore:`.
    pub fn permit(&self) -> Permit<'_> {
        self.permits.take(Deadline::NEVER);
        Permit { permits: &self.permits }
    }

    /// Takes a permit that gives itself back, if there is one.
    pub fn try_permit(&self) -> Option<Permit<'_>> {
        self.permits.try_take().then(|| Permit { permits: &self.permits })
    }

    /// Takes a permit that gives itself back; `None`: there was none in all of `limit`.
    pub fn permit_timeout(&self, limit: Duration) -> Option<Permit<'_>> {
        self.permits.take(Deadline::after(limit)).then(|| Permit { permits: &self.permits })
    }

    /// Gives back `count` permits.
    ///
    /// # Errors
    /// `InvalidInput`: `count` is 0, or more than are out. Nothing has changed, also when only a part
    /// of them would be too many.
    pub fn release(&self, count: u32) -> io::Result<()> {
        self.permits.give(count).map_err(|there| not_so_many(count, there, self.permits.most()))
    }

    /// How many permits there are now; it may be another number when you look at it.
    pub fn available(&self) -> u32 {
        self.permits.available()
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // An error means that someone gave back more than they had taken, and this one with it.
        let _ = self.permits.give(1);
    }
}

impl fmt::Debug for Permits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of at most {}", self.available(), self.most())
    }
}
