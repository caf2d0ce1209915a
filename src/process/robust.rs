//! The C library's mutex in shared memory, robust: when its owner dies, the next one is told.

use std::io;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::memory::Memory;

/// Bytes that a mutex and the word beside it take. No more than they need: a small value behind them is
/// in the same cache line, and comes to the next owner's CPU together with the mutex.
pub(super) const SIZE: usize = (SUSPECT + size_of::<u32>()).next_multiple_of(8);

/// Where in its bytes the word stands that remembers a dead owner.
const SUSPECT: usize = size_of::<libc::pthread_mutex_t>();

/// The mutex at a place in shared memory.
#[derive(Clone, Copy)]
pub(super) struct Robust<'a> {
    memory: &'a Memory,
    mutex: NonNull<libc::pthread_mutex_t>,
    suspect: &'a AtomicU32,
}

/// How an attempt to lock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Ours.
    Locked,
    /// Ours, but what it protects is suspect: an owner died, and nobody has looked after it since.
    Suspect,
    /// Another one holds it.
    Busy,
    /// This very thread holds it already.
    Own,
}

impl<'a> Robust<'a> {
    /// The mutex at byte `at`; [`make`](Robust::make) was called once, when the memory was new.
    #[inline]
    pub(super) fn at(memory: &'a Memory, at: usize) -> Self {
        let mutex = memory.bytes(at, SUSPECT, align_of::<libc::pthread_mutex_t>()).cast();
        Robust { memory, mutex, suspect: memory.cell(at + SUSPECT) }
    }

    /// Makes the mutex. Only for new memory, that nobody else has seen.
    pub(super) fn make(self) -> io::Result<()> {
        let mut attributes = MaybeUninit::<libc::pthread_mutexattr_t>::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: `attributes` is writable memory of that type, initialised by the first call and
        // destroyed by the last; the three values are valid for their setters.
        unsafe {
            check(libc::pthread_mutexattr_init(attributes))?;
            let set = check(libc::pthread_mutexattr_settype(attributes, libc::PTHREAD_MUTEX_ERRORCHECK))
                .and_then(|()| {
                    check(libc::pthread_mutexattr_setpshared(attributes, libc::PTHREAD_PROCESS_SHARED))
                })
                .and_then(|()| {
                    check(libc::pthread_mutexattr_setrobust(attributes, libc::PTHREAD_MUTEX_ROBUST))
                })
                // The memory is new: no thread of any process uses this mutex yet.
                .and_then(|()| check(libc::pthread_mutex_init(self.mutex.as_ptr(), attributes)));
            libc::pthread_mutexattr_destroy(attributes);
            set
        }
    }

    #[inline]
    pub(super) fn lock(self) -> io::Result<Attempt> {
        // SAFETY: a mutex that `make` made, in a mapping that `self` borrows. While it is locked the
        // mapping stays: the guard borrows it, and for a forgotten guard it is pinned.
        let code = unsafe { libc::pthread_mutex_lock(self.mutex.as_ptr()) };
        self.attempt(code)
    }

    pub(super) fn try_lock(self) -> io::Result<Attempt> {
        // SAFETY: as in `lock`.
        let code = unsafe { libc::pthread_mutex_trylock(self.mutex.as_ptr()) };
        self.attempt(code)
    }

    pub(super) fn lock_timeout(self, limit: Duration) -> io::Result<Attempt> {
        // pthread_mutex_timedlock(3) measures by the wall clock.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let until = now.saturating_add(limit);
        let until = libc::timespec {
            tv_sec: libc::time_t::try_from(until.as_secs()).unwrap_or(libc::time_t::MAX),
            tv_nsec: until.subsec_nanos().into(),
        };
        // SAFETY: as in `lock`; `until` lives until the call returns.
        let code = unsafe { libc::pthread_mutex_timedlock(self.mutex.as_ptr(), &until) };
        self.attempt(code)
    }

    /// Unlocks what this thread has locked. In a forked child, which holds nothing, nothing happens.
    #[inline]
    pub(super) fn unlock(self) {
        self.memory.pin(false);
        // SAFETY: as in `lock`; the mutex checks that this thread is its owner, and refuses another.
        unsafe { libc::pthread_mutex_unlock(self.mutex.as_ptr()) };
    }

    /// Says that what the mutex protects is in order again. Only for its owner.
    pub(super) fn trust(self) {
        self.suspect.store(0, Ordering::Relaxed);
    }

    #[inline]
    fn attempt(self, code: libc::c_int) -> io::Result<Attempt> {
        // Written and read only by owners: the mutex orders it.
        if code == 0 && self.suspect.load(Ordering::Relaxed) == 0 {
            self.memory.pin(true);
            return Ok(Attempt::Locked);
        }
        self.unusual(code)
    }

    #[cold]
    fn unusual(self, code: libc::c_int) -> io::Result<Attempt> {
        match code {
            0 => {
                self.memory.pin(true);
                Ok(Attempt::Suspect)
            }
            libc::EOWNERDEAD => {
                self.memory.pin(true);
                self.suspect.store(1, Ordering::Relaxed);
                // SAFETY: this thread has just become the owner of an inconsistent mutex, which is
                // what this call is for. From here on our own word remembers: should we give up
                // or die too, the next one is told again.
                check(unsafe { libc::pthread_mutex_consistent(self.mutex.as_ptr()) })?;
                Ok(Attempt::Suspect)
            }
            libc::EBUSY | libc::ETIMEDOUT => Ok(Attempt::Busy),
            libc::EDEADLK => Ok(Attempt::Own),
            other => Err(io::Error::from_raw_os_error(other)),
        }
    }
}

fn check(code: libc::c_int) -> io::Result<()> {
    if code == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
}
