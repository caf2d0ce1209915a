//! What `ReentrantLock` promises. The numbers are those of the promises that CPython keeps or breaks.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod sync_common;

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use netkit::sync::{OwnerDied, ReentrantLock};
use sync_common::{A_WHILE, SOON, start};

/// A lock whose owner, a thread of this name, has ended.
fn orphaned(name: &str, value: u32) -> Arc<ReentrantLock<Cell<u32>>> {
    let lock = Arc::new(ReentrantLock::new(Cell::new(value)));
    let theirs = Arc::clone(&lock);
    assert!(start(name, move || ManuallyDrop::new(theirs.lock()).is_ok()).end());
    // The thread has been joined: its end has been noticed.
    lock
}

#[test]
fn the_owner_takes_it_again_and_must_give_it_back_as_often() {
    let lock = Arc::new(ReentrantLock::new(()));
    let outer = lock.lock().unwrap();
    let inner = lock.lock().unwrap();
    let third = lock.try_lock().unwrap().expect("its owner never waits");
    let is_free = {
        let lock = Arc::clone(&lock);
        move || {
            let lock = Arc::clone(&lock);
            start("other", move || lock.try_lock().unwrap().is_some()).end()
        }
    };
    drop(outer);
    drop(third);
    assert!(!is_free(), "in whatever order the guards go, one is left");
    drop(inner);
    assert!(is_free());
}

#[test]
fn one_thread_at_a_time() {
    const THREADS: usize = 6;
    const ROUNDS: usize = 5_000;
    let lock = Arc::new(ReentrantLock::new(Cell::new(0)));
    let begin = Arc::new(Barrier::new(THREADS));
    let running: Vec<_> = (0..THREADS)
        .map(|_| {
            let (lock, begin) = (Arc::clone(&lock), Arc::clone(&begin));
            start("adds", move || {
                begin.wait();
                for _ in 0..ROUNDS {
                    let outer = lock.lock().unwrap();
                    let inner = lock.lock().unwrap();
                    let before = inner.get();
                    std::hint::spin_loop();
                    outer.set(before + 1);
                }
            })
        })
        .collect();
    running.into_iter().for_each(sync_common::Running::end);
    assert_eq!(lock.lock().unwrap().get(), THREADS * ROUNDS);
}

#[test]
fn trying_does_not_wait_and_waiting_can_end() {
    let lock = Arc::new(ReentrantLock::new(()));
    let guard = lock.lock().unwrap();
    let theirs = Arc::clone(&lock);
    let other = start("other", move || {
        assert!(theirs.try_lock().unwrap().is_none());
        assert!(theirs.lock_timeout(Duration::ZERO).unwrap().is_none());
        let begun = Instant::now();
        assert!(theirs.lock_timeout(A_WHILE).unwrap().is_none());
        begun.elapsed()
    });
    let waited = other.end();
    assert!(waited >= A_WHILE, "{waited:?}");
    drop(guard);
    // 12: the state is as if nobody had waited.
    let theirs = Arc::clone(&lock);
    assert!(start("other", move || theirs.lock_timeout(SOON).unwrap().is_some()).end());
    assert!(lock.lock_timeout(Duration::MAX).unwrap().is_some(), "no clock counts so far: for ever");
}

/// 11: in Python such a limit is an `OverflowError`.
#[test]
fn the_longest_limit_is_for_ever() {
    let lock = Arc::new(ReentrantLock::new(()));
    let guard = lock.lock().unwrap();
    let theirs = Arc::clone(&lock);
    let waiter = start("waits", move || theirs.lock_timeout(Duration::MAX).unwrap().is_some());
    waiter.until_it_sleeps();
    drop(guard);
    assert!(waiter.end());
}

#[test]
fn a_waiter_sleeps_and_is_woken() {
    let lock = Arc::new(ReentrantLock::new(()));
    let guard = lock.lock().unwrap();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let lock = Arc::clone(&lock);
            start("waits", move || drop(lock.lock().unwrap()))
        })
        .collect();
    waiting.iter().for_each(sync_common::Running::until_it_sleeps);
    drop(guard);
    waiting.into_iter().for_each(sync_common::Running::end);
}

#[test]
fn a_panic_gives_it_back() {
    let lock = Arc::new(ReentrantLock::new(Cell::new(0)));
    let theirs = Arc::clone(&lock);
    let panicking = start("panics", move || {
        let _outer = theirs.lock().unwrap();
        let inner = theirs.lock().unwrap();
        inner.set(1);
        panic!("on purpose");
    });
    assert!(panicking.outcome().is_err());
    assert_eq!(lock.lock().unwrap().get(), 1);
}

/// 14: in Python whoever waits then waits for ever.
#[test]
fn an_owner_that_ends_is_reported_to_all_who_wait() {
    let lock = Arc::new(ReentrantLock::new(Cell::new(5)));
    let (holds, held) = std::sync::mpsc::channel();
    let (finish, finished) = std::sync::mpsc::channel::<()>();
    let theirs = Arc::clone(&lock);
    let owner = start("careless", move || {
        let _outer = ManuallyDrop::new(theirs.lock().unwrap());
        let _inner = ManuallyDrop::new(theirs.lock().unwrap());
        holds.send(()).unwrap();
        finished.recv_timeout(SOON).unwrap();
    });
    held.recv_timeout(SOON).unwrap();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let lock = Arc::clone(&lock);
            start("waits", move || match lock.lock() {
                Ok(_) => None,
                Err(died) => Some((died.thread().to_string(), died.get_ref().get())),
            })
        })
        .collect();
    waiting.iter().for_each(sync_common::Running::until_it_sleeps);
    finish.send(()).unwrap();
    owner.end();
    for waiter in waiting {
        assert_eq!(waiter.end(), Some(("careless".to_string(), 5)));
    }
}

#[test]
fn an_owner_that_has_ended_is_reported_to_all_who_come_until_it_is_repaired() {
    let lock = orphaned("careless", 1);
    let died = lock.try_lock().expect_err("try_lock is told too");
    assert_eq!(died.to_string().split(" ended").next(), Some("the thread \"careless\""));
    drop(died.into_inner());
    let died = lock.lock_timeout(SOON).expect_err("nobody has repaired it");
    died.get_ref().set(2);
    let guard = died.make_consistent();
    assert_eq!(guard.get(), 2);
    let again = lock.lock().expect("repaired, and taken again by its owner");
    drop((guard, again));
    assert!(lock.lock().is_ok());
    let theirs = Arc::clone(&lock);
    assert!(start("other", move || theirs.lock().is_ok()).end());
}

#[test]
fn the_message_goes_on_without_the_guard() {
    let lock = orphaned("careless", 1);
    let pass_on = || -> Result<u32, OwnerDied> { Ok(lock.lock().map_err(OwnerDied::release)?.get()) };
    assert_eq!(pass_on().unwrap_err().thread(), "careless");
    let theirs = Arc::clone(&lock);
    let told = start("other", move || theirs.try_lock().is_err()).end();
    assert!(told, "the lock was let go with the guard, and is still not repaired");
    let error = std::io::Error::from(lock.lock().unwrap_err());
    assert!(error.to_string().contains("careless"), "{error}");
}

/// The end of a thread that has given everything back is no news, and its number goes to another.
#[test]
fn threads_that_end_properly_are_not_reported() {
    let lock = Arc::new(ReentrantLock::new(Cell::new(0)));
    for _ in 0..200 {
        let theirs = Arc::clone(&lock);
        start("proper", move || theirs.lock().map(|guard| guard.set(guard.get() + 1)).is_ok()).end();
    }
    assert_eq!(lock.lock().unwrap().get(), 200);
    assert!(format!("{lock:?}").contains("owner: None"), "{lock:?}");
}

/// A guard in a thread-local value is used by that value's destructor: its owner is not gone yet.
#[test]
fn a_guard_in_a_thread_local_value_is_given_back_by_its_destructor() {
    type Guard = netkit::sync::ReentrantGuard<'static, Cell<u32>>;
    struct Keeps(RefCell<Option<Guard>>);
    impl Drop for Keeps {
        fn drop(&mut self) {
            if let Some(guard) = &*self.0.borrow() {
                guard.set(guard.get() + 1);
            }
        }
    }
    thread_local! {
        static KEEPS: Keeps = const { Keeps(RefCell::new(None)) };
    }
    static LOCK: std::sync::LazyLock<ReentrantLock<Cell<u32>>> =
        std::sync::LazyLock::new(|| ReentrantLock::new(Cell::new(0)));
    // Known to the thread before the lock is: a destructor of ours would run first.
    start("keeps", || KEEPS.with(|keeps| *keeps.0.borrow_mut() = LOCK.lock().ok())).end();
    assert_eq!(LOCK.lock().expect("it was given back").get(), 1);
}

/// A thread that waits uses no CPU: nothing looks every few milliseconds.
#[test]
fn a_waiter_does_not_poll() {
    let lock = Arc::new(ReentrantLock::new(()));
    let guard = lock.lock().unwrap();
    let theirs = Arc::clone(&lock);
    let waiter = start("waits", move || drop(theirs.lock().unwrap()));
    waiter.until_it_sleeps();
    let before = waiter.sleeps();
    std::thread::sleep(A_WHILE * 2);
    // The kernel may wake anybody, for reasons of its own, but not every few milliseconds.
    let times = waiter.sleeps() - before;
    assert!(times <= 3, "it has not slept all the time, but gone to sleep {times} times");
    drop(guard);
    waiter.end();
}
