//! The semaphores, in every order.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;
use models::{BoundedSemaphore, Semaphore, every_order};

#[test]
fn no_more_go_in_than_there_are_permits_and_nobody_sleeps_on() {
    every_order(3, || {
        let shared = Arc::new((Semaphore::new(1), AtomicU32::new(0)));
        let enter = |shared: &(Semaphore, AtomicU32)| {
            let _permit = shared.0.permit();
            assert_eq!(shared.1.fetch_add(1, Ordering::Relaxed), 0, "two are inside");
            shared.1.fetch_sub(1, Ordering::Relaxed);
        };
        let others: Vec<_> = (0..2)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || enter(&shared))
            })
            .collect();
        enter(&shared);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(shared.0.available(), 1);
    });
}

#[test]
fn two_releases_one_after_the_other_let_two_go_on() {
    every_order(3, || {
        let semaphore = Arc::new(Semaphore::new(0));
        let takers: Vec<_> = (0..2)
            .map(|_| {
                let semaphore = Arc::clone(&semaphore);
                thread::spawn(move || semaphore.acquire())
            })
            .collect();
        semaphore.release(1).unwrap();
        semaphore.release(1).unwrap();
        for taker in takers {
            taker.join().unwrap();
        }
        assert_eq!(semaphore.available(), 0);
    });
}

#[test]
fn one_release_of_two_lets_two_go_on() {
    every_order(3, || {
        let semaphore = Arc::new(Semaphore::new(0));
        let takers: Vec<_> = (0..2)
            .map(|_| {
                let semaphore = Arc::clone(&semaphore);
                thread::spawn(move || semaphore.acquire())
            })
            .collect();
        semaphore.release(2).unwrap();
        for taker in takers {
            taker.join().unwrap();
        }
    });
}

#[test]
fn who_gives_up_takes_no_permit_along() {
    every_order(3, || {
        let semaphore = Arc::new(BoundedSemaphore::new(1));
        let (first, second) = (Arc::clone(&semaphore), Arc::clone(&semaphore));
        let impatient = thread::spawn(move || {
            if first.acquire_timeout(Duration::ZERO) {
                first.release(1).unwrap();
            }
        });
        let patient = thread::spawn(move || {
            second.acquire();
            second.release(1).unwrap();
        });
        semaphore.acquire();
        semaphore.release(1).unwrap();
        impatient.join().unwrap();
        patient.join().unwrap();
        assert_eq!(semaphore.available(), 1);
        assert!(semaphore.release(1).is_err());
    });
}

#[test]
fn what_was_written_before_release_is_seen_after_acquire() {
    every_order(3, || {
        let shared = Arc::new((Semaphore::new(0), AtomicU32::new(0)));
        let theirs = Arc::clone(&shared);
        let taker = thread::spawn(move || {
            theirs.0.acquire();
            assert_eq!(theirs.1.load(Ordering::Relaxed), 7);
        });
        shared.1.store(7, Ordering::Relaxed);
        shared.0.release(1).unwrap();
        taker.join().unwrap();
    });
}
