//! `netkit`'s `sync/prim.rs`, with loom's atomics and a futex made of its mutex and condition.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::PoisonError;
use std::time::Duration;

use loom::sync::{Condvar, MutexGuard};

use super::owners::{self, Owners};

pub use loom::sync::atomic::{AtomicU32, Ordering};

/// As the kernel's: to compare and to fall asleep is one step, for which the mutex stands.
pub struct Futex {
    word: AtomicU32,
    queue: Mutex<()>,
    bell: Condvar,
}

impl Futex {
    pub fn new(value: u32) -> Self {
        Futex { word: AtomicU32::new(value), queue: Mutex::new(()), bell: Condvar::new() }
    }

    pub fn wait(&self, expected: u32, deadline: Deadline) -> bool {
        let queue = self.queue.lock();
        if self.word.load(Ordering::Relaxed) != expected {
            return true;
        }
        if deadline.0 {
            return false;
        }
        ASLEEP.set(ASLEEP.get() + 1);
        drop(self.bell.wait(queue));
        ASLEEP.set(ASLEEP.get() - 1);
        true
    }

    pub fn wake(&self, count: u32) {
        let _queue = self.queue.lock();
        if count >= 4 {
            return self.bell.notify_all(); // more than a model has threads
        }
        for _ in 0..count {
            self.bell.notify_one();
        }
    }
}

impl Deref for Futex {
    type Target = AtomicU32;

    fn deref(&self) -> &AtomicU32 {
        &self.word
    }
}

/// There is no clock: a deadline has always passed when a thread wants to sleep.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(bool);

impl Deadline {
    pub const NEVER: Deadline = Deadline(false);

    pub fn after(_limit: Duration) -> Self {
        Deadline(true)
    }
}

/// No spinning. To loom that is a request to let all others run first, and it would never try what
/// happens if they do not.
pub fn pause(_turn: u32) -> bool {
    false
}

pub struct Mutex<T> {
    inner: loom::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Mutex { inner: loom::sync::Mutex::new(value) }
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The table of one run. A guard of it outlives no run, so the tables of earlier ones may stay.
pub fn owners() -> MutexGuard<'static, Owners> {
    OWNERS.get().map(Mutex::lock).unwrap_or_else(|| panic!("no model is running"))
}

/// It may always be asked.
pub fn some_owner_has_ended() -> bool {
    true
}

pub fn an_owner_has_ended() {}

/// How many threads sleep on a futex.
pub fn asleep() -> usize {
    ASLEEP.get()
}

/// A new run begins, with a new table.
pub fn begin() {
    ASLEEP.set(0);
    OWNERS.set(Some(Box::leak(Box::new(Mutex::new(Owners::new())))));
}

std::thread_local! {
    // loom's threads take turns on one thread of the system: to them it is a global variable. Loom's
    // own are gone before the last thread-local value of a run is.
    static OWNERS: Cell<Option<&'static Mutex<Owners>>> = const { Cell::new(None) };
    static ASLEEP: Cell<usize> = const { Cell::new(0) };
}

loom::thread_local! {
    static ME: Me = Me { number: owners().enrol(None), held: Cell::new(0) };
}

struct Me {
    number: u32,
    held: Cell<usize>,
}

impl Drop for Me {
    fn drop(&mut self) {
        // After a mistake was found there is no run any more in which to take a lock.
        if !std::thread::panicking() {
            owners::ended(self.number, self.held.get() > 0);
        }
    }
}

pub fn me() -> u32 {
    ME.with(|me| me.number)
}

pub fn took_one() {
    ME.with(|me| me.held.set(me.held.get() + 1));
}

pub fn gave_one() {
    ME.with(|me| me.held.set(me.held.get() - 1));
}
