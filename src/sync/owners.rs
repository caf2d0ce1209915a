//! Who owns locks: numbers for threads, and what happens when one ends that still holds some.
//!
//! A thread ends while it holds a lock when its guard was leaked, or is kept where no destructor
//! runs. Nobody could ever release that lock. So whoever goes to sleep for a lock stands in this
//! table first, and a thread that ends with locks looks through it: those who wait for one of its
//! locks get it, and are told. Who comes later finds the owner's number among the ended ones.
//!
//! Threads that end with nothing held, which is all of them in a good program, only give their
//! number back. A lock that nobody waits for never comes here.

use std::collections::BTreeMap;
use std::ptr;

use super::prim;
use super::raw::RawReentrant;

/// Numbers of threads are below this: the lock's word has other uses for the higher bits.
pub const MOST: u32 = 1 << 31;

/// What a thread without a name is called.
const NO_NAME: &str = "(a thread without a name)";

/// The table.
pub struct Owners {
    /// Every number that was ever given is below or equal.
    last: u32,
    /// Those of threads that ended with nothing held: nothing means them any more.
    free: Vec<u32>,
    names: BTreeMap<u32, String>,
    /// Ended with locks. These numbers are never used again: a lock's word may hold one for ever.
    ended: Vec<u32>,
    /// Locks that threads sleep for; as often as there are threads.
    wanted: Vec<*const RawReentrant>,
}

// SAFETY: the pointers in `wanted` are what keeps it from being `Send` by itself. They are followed
// only under the table's mutex, while the thread that put them there borrows the lock: see `Wanted`.
unsafe impl Send for Owners {}

impl Owners {
    pub const fn new() -> Self {
        Owners { last: 0, free: Vec::new(), names: BTreeMap::new(), ended: Vec::new(), wanted: Vec::new() }
    }

    /// A number for a new thread.
    ///
    /// # Panics
    /// 2³¹ − 1 threads are alive.
    pub fn enrol(&mut self, name: Option<&str>) -> u32 {
        let number = self.free.pop().unwrap_or_else(|| {
            self.last += 1;
            self.last
        });
        assert!(number < MOST, "more threads than numbers");
        self.names.insert(number, name.unwrap_or(NO_NAME).to_string());
        number
    }

    /// The name of a thread that is alive, or has ended with locks.
    pub fn name_of(&self, number: u32) -> &str {
        self.names.get(&number).map_or(NO_NAME, String::as_str)
    }

    fn release_if_ended(&self, lock: &RawReentrant) {
        let owner = lock.owner();
        if self.ended.contains(&owner) {
            lock.release_for(owner);
        }
    }
}

/// This thread is about to sleep for a lock; dropped, it is not any more.
pub struct Wanted<'a> {
    lock: &'a RawReentrant,
}

impl<'a> Wanted<'a> {
    /// From now on the end of the lock's owner wakes this thread, whoever that is by then. If the
    /// owner has ended already, the lock is free when this returns.
    pub fn new(lock: &'a RawReentrant) -> Self {
        let mut owners = prim::owners();
        owners.wanted.push(lock);
        owners.release_if_ended(lock);
        Wanted { lock }
    }
}

impl Drop for Wanted<'_> {
    fn drop(&mut self) {
        let mut owners = prim::owners();
        let place = owners.wanted.iter().position(|&wanted| ptr::eq(wanted, self.lock));
        if let Some(place) = place {
            owners.wanted.swap_remove(place);
        }
    }
}

/// For those who do not sleep: if the lock's owner has ended, the lock is free when this returns.
pub fn release_if_ended(lock: &RawReentrant) {
    if prim::some_owner_has_ended() {
        prim::owners().release_if_ended(lock);
    }
}

/// The thread with this number is about to end, with locks or without.
pub fn ended(number: u32, holds_locks: bool) {
    let mut owners = prim::owners();
    if !holds_locks {
        owners.names.remove(&number);
        owners.free.push(number);
        return;
    }
    owners.ended.push(number);
    prim::an_owner_has_ended();
    for &wanted in &owners.wanted {
        // SAFETY: `Wanted` holds a borrow of this lock from its push to its removal, both under the
        // mutex that is held here: the lock is alive, and stays so until this function returns.
        let lock = unsafe { &*wanted };
        if lock.owner() == number {
            lock.release_for(number);
        }
    }
}
