//! The reentrant lock, in every order.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::Duration;

use loom::cell::Cell;
use loom::thread;
use models::wrong::SilentLock;
use models::{ReentrantLock, every_order};

/// A number that complains when two threads use it at once, or one does not see what the other wrote.
struct Number(Cell<u32>);

impl Number {
    fn new() -> Self {
        Number(Cell::new(0))
    }

    fn add_one(&self) {
        self.0.set(self.0.get() + 1);
    }

    fn get(&self) -> u32 {
        self.0.get()
    }
}

#[test]
fn one_thread_at_a_time_and_nobody_sleeps_on() {
    every_order(3, || {
        let lock = Arc::new(ReentrantLock::new(Number::new()));
        let others: Vec<_> = (0..2)
            .map(|_| {
                let lock = Arc::clone(&lock);
                thread::spawn(move || lock.lock().unwrap().add_one())
            })
            .collect();
        lock.lock().unwrap().add_one();
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(lock.lock().unwrap().get(), 3);
    });
}

#[test]
fn the_owner_takes_it_again_and_gives_it_back_as_often() {
    every_order(3, || {
        let lock = Arc::new(ReentrantLock::new(Number::new()));
        let ours = Arc::clone(&lock);
        let other = thread::spawn(move || {
            let outer = ours.lock().unwrap();
            let inner = ours.lock().unwrap();
            inner.add_one();
            drop(outer);
            inner.add_one();
            assert_eq!(inner.get() % 2, 0, "the other thread never sees half of it");
        });
        let outer = lock.lock().unwrap();
        let inner = lock.try_lock().unwrap().expect("its owner may");
        inner.add_one();
        drop(inner);
        outer.add_one();
        drop(outer);
        other.join().unwrap();
        assert_eq!(lock.lock().unwrap().get(), 4);
    });
}

#[test]
fn who_gives_up_takes_no_wake_up_along() {
    every_order(3, || {
        let lock = Arc::new(ReentrantLock::new(Number::new()));
        let (first, second) = (Arc::clone(&lock), Arc::clone(&lock));
        let impatient = thread::spawn(move || {
            if let Some(guard) = first.lock_timeout(Duration::ZERO).unwrap() {
                guard.add_one();
            }
        });
        let patient = thread::spawn(move || second.lock().unwrap().add_one());
        lock.lock().unwrap().add_one();
        impatient.join().unwrap();
        patient.join().unwrap();
    });
}

#[test]
fn an_owner_that_ended_is_reported_to_who_waits_and_who_comes() {
    every_order(3, || {
        let lock = Arc::new(ReentrantLock::new(Number::new()));
        let ours = Arc::clone(&lock);
        let dying = thread::spawn(move || {
            let guard = ManuallyDrop::new(ours.lock());
            if let Ok(guard) = &*guard {
                guard.add_one();
            }
        });
        match lock.lock() {
            Ok(guard) => assert_eq!(guard.get(), 0, "we came first"),
            Err(died) => assert_eq!(died.make_consistent().get(), 1),
        }
        dying.join().unwrap();
    });
}

#[test]
#[should_panic(expected = "deadlock")]
fn found_an_unlock_that_wakes_nobody() {
    every_order(3, || {
        let lock = Arc::new(SilentLock::new());
        let ours = Arc::clone(&lock);
        let other = thread::spawn(move || {
            ours.lock();
            ours.unlock();
        });
        lock.lock();
        lock.unlock();
        other.join().unwrap();
    });
}
