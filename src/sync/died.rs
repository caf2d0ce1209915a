//! What a thread is told that gets a lock whose owner is no more.

use std::error::Error;
use std::fmt;
use std::io;

use super::prim;

/// The last owner's thread ended while it held the lock. You have the lock now.
///
/// - What the lock protects may be half changed. Put it right, then call
///   [`OwnerDied::make_consistent`]; until someone has, every later `lock` is told the same.
/// - A thread ends with a lock when its guard was leaked; a panic releases the lock as usual.
/// - `G` is the guard; without one (`OwnerDied`) it is only the message, which `?` can pass on.
///
/// Python: nothing; the lock stays locked, and whoever asks for it waits for ever.
pub struct OwnerDied<G = ()> {
    guard: G,
    thread: String,
    repair: fn(&G),
}

impl<G> OwnerDied<G> {
    /// `died` is the number of the thread that ended.
    #[cold]
    pub(super) fn of(guard: G, died: u32, repair: fn(&G)) -> Self {
        OwnerDied { guard, thread: prim::owners().name_of(died).to_string(), repair }
    }

    /// The same, with another guard around this one.
    pub(super) fn with<H>(self, guard: impl FnOnce(G) -> H, repair: fn(&H)) -> OwnerDied<H> {
        OwnerDied { guard: guard(self.guard), thread: self.thread, repair }
    }

    /// The name of the thread that ended.
    pub fn thread(&self) -> &str {
        &self.thread
    }

    /// What the lock protects, to look at it.
    pub fn get_ref(&self) -> &G {
        &self.guard
    }

    /// The guard. Later lockers are told of the death too: nothing has been repaired.
    pub fn into_inner(self) -> G {
        self.guard
    }

    /// The guard. What it protects is whole again, so later lockers are told nothing.
    ///
    /// The man page of the same idea: pthread_mutex_consistent(3).
    pub fn make_consistent(self) -> G {
        (self.repair)(&self.guard);
        self.guard
    }

    /// Lets go of the lock and keeps the message: `lock.lock().map_err(OwnerDied::release)?`.
    pub fn release(self) -> OwnerDied {
        OwnerDied { guard: (), thread: self.thread, repair: |()| () }
    }
}

impl<G> fmt::Debug for OwnerDied<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnerDied").field("thread", &self.thread).finish_non_exhaustive()
    }
}

impl<G> fmt::Display for OwnerDied<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the thread {:?} ended while it held this lock: what the lock protects may be half changed \
             (was a guard leaked? put the data right, then OwnerDied::make_consistent)",
            self.thread
        )
    }
}

impl<G> Error for OwnerDied<G> {}

/// Lets go of the lock.
impl<G> From<OwnerDied<G>> for io::Error {
    fn from(died: OwnerDied<G>) -> Self {
        io::Error::other(died.release())
    }
}
