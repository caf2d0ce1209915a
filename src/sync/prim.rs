//! What the locks are made of: a futex, deadlines, the number of a thread.
//!
//! Everything that a lock does to the machine goes through this file. The model checker has another
//! file of this name in which every step is a place to switch threads, and includes the same locks
//! over it: see `models/` in the workspace.

use std::cell::Cell;
use std::ops::Deref;
use std::ptr;
use std::sync::atomic::AtomicBool;
use std::sync::{MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::thread::futex;
use rustix::time::Timespec;

use super::owners::{self, Owners};

pub use std::sync::atomic::{AtomicU32, Ordering};

/// A word that threads can sleep on, futex(2). Linux only.
pub struct Futex {
    word: AtomicU32,
}

impl Futex {
    pub fn new(value: u32) -> Self {
        Futex { word: AtomicU32::new(value) }
    }

    /// Sleeps if the word is `expected`, until someone calls [`Futex::wake`]; the kernel compares and
    /// falls asleep in one step.
    ///
    /// - `false`: the deadline has passed and nobody has woken this thread.
    /// - `true` says nothing (woken, another value, a signal): look at the word again.
    pub fn wait(&self, expected: u32, deadline: Deadline) -> bool {
        let timeout = match deadline.left() {
            None => None,
            Some(Duration::ZERO) => return false,
            Some(left) => {
                // More seconds than the kernel can count are for ever.
                let tv_sec = i64::try_from(left.as_secs()).unwrap_or(i64::MAX);
                Some(Timespec { tv_sec, tv_nsec: i64::from(left.subsec_nanos()) })
            }
        };
        let woken = futex::wait(&self.word, futex::Flags::PRIVATE, expected, timeout.as_ref());
        woken != Err(Errno::TIMEDOUT)
    }

    /// Wakes at most `count` threads that sleep on the word.
    pub fn wake(&self, count: u32) {
        // The kernel's number is signed. A futex of our own memory gives no other error.
        let _ = futex::wake(&self.word, futex::Flags::PRIVATE, count.min(i32::MAX as u32));
    }
}

impl Deref for Futex {
    type Target = AtomicU32;

    fn deref(&self) -> &AtomicU32 {
        &self.word
    }
}

/// When a wait ends at the latest.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// It waits as long as it takes.
    pub const NEVER: Deadline = Deadline(None);

    /// `limit` from now. A limit that no clock can count is none.
    pub fn after(limit: Duration) -> Self {
        Deadline(Instant::now().checked_add(limit))
    }

    fn left(self) -> Option<Duration> {
        self.0.map(|at| at.saturating_duration_since(Instant::now()))
    }
}

/// How often a thread looks again at a lock that is taken, before it goes to sleep for it.
const TURNS: u32 = 7;

/// Does nothing for a moment, longer at each turn; `false`: there have been enough of them. Who looks
/// at a word all the time takes it away, again and again, from the CPU that works with it.
pub fn pause(turn: u32) -> bool {
    for _ in 0..1 << turn {
        std::hint::spin_loop();
    }
    turn < TURNS
}

/// A mutex for a few lines that cannot panic: no poison.
pub struct Mutex<T> {
    inner: std::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Mutex { inner: std::sync::Mutex::new(value) }
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The table of all threads that have used a lock.
///
/// It is global because what it is for is: a thread that ends must find those who wait for it, and
/// it knows nothing of their locks any more.
pub fn owners() -> MutexGuard<'static, Owners> {
    static OWNERS: Mutex<Owners> = Mutex::new(Owners::new());
    OWNERS.lock()
}

/// Whether the table has an owner that ended: hardly ever, so that most need not look.
static SOME_HAVE_ENDED: AtomicBool = AtomicBool::new(false);

/// What [`some_owner_has_ended`] says from now on, to whoever knows of that thread's end.
pub fn an_owner_has_ended() {
    SOME_HAVE_ENDED.store(true, Ordering::Relaxed);
}

pub fn some_owner_has_ended() -> bool {
    SOME_HAVE_ENDED.load(Ordering::Relaxed)
}

thread_local! {
    // Neither of them has a destructor, so they can be used as long as the thread runs.
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// The number of this thread: never 0, below `owners::MOST`, no other living thread's.
#[inline]
pub fn me() -> u32 {
    match NUMBER.get() {
        0 => new_number(),
        number => number,
    }
}

/// Counts a lock that this thread has taken.
#[inline]
pub fn took_one() {
    HELD.with(|held| held.set(held.get() + 1));
}

/// Counts a lock that this thread has given back.
#[inline]
pub fn gave_one() {
    HELD.with(|held| held.set(held.get() - 1));
}

#[cold]
fn new_number() -> u32 {
    let number = owners().enrol(thread::current().name());
    NUMBER.set(number);
    at_the_end_of_this_thread();
    number
}

/// Has [`farewell`] called after the destructors of all thread-local values.
///
/// A `thread_local` with a destructor would not do: a guard can be in another one, and be used after
/// ours has said that its thread is gone.
fn at_the_end_of_this_thread() {
    static KEY: OnceLock<Option<libc::pthread_key_t>> = OnceLock::new();
    let key = KEY.get_or_init(|| {
        let mut key = 0;
        // SAFETY: `key` is valid for the one write; `farewell` is a function and so lives for ever.
        let error = unsafe { libc::pthread_key_create(&mut key, Some(farewell)) };
        (error == 0).then_some(key)
    });
    // Without a key (1,024 are in use) the end of a thread is not noticed, as with any other lock.
    if let Some(key) = *key {
        // SAFETY: the key has been made above and is never deleted; the value is no pointer to
        // anything, only not null, and nobody reads through it.
        let _ = unsafe { libc::pthread_setspecific(key, ptr::without_provenance(1)) };
    }
}

extern "C" fn farewell(_value: *mut libc::c_void) {
    let number = NUMBER.replace(0);
    if number != 0 {
        owners::ended(number, HELD.replace(0) > 0);
    }
}
