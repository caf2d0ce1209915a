//! The event, in every order.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;
use models::wrong::FlagEvent;
use models::{Event, asleep, every_order};

#[test]
fn a_waiter_sees_what_was_written_before_set() {
    every_order(3, || {
        let shared = Arc::new((Event::new(), AtomicU32::new(0)));
        let theirs = Arc::clone(&shared);
        let waiter = thread::spawn(move || {
            theirs.0.wait();
            assert_eq!(theirs.1.load(Ordering::Relaxed), 7);
        });
        shared.1.store(7, Ordering::Relaxed);
        shared.0.set();
        waiter.join().unwrap();
    });
}

#[test]
fn set_wakes_everyone_who_waits() {
    every_order(3, || {
        let event = Arc::new(Event::new());
        let waiters: Vec<_> = (0..2)
            .map(|_| {
                let event = Arc::clone(&event);
                thread::spawn(move || event.wait())
            })
            .collect();
        event.set();
        event.set();
        for waiter in waiters {
            waiter.join().unwrap();
        }
        assert!(event.is_set());
    });
}

#[test]
fn set_and_clear_at_once_wakes_everyone_who_waits_at_that_moment() {
    every_order(3, || {
        let event = Arc::new(Event::new());
        let waiters: Vec<_> = (0..2)
            .map(|_| {
                let event = Arc::clone(&event);
                thread::spawn(move || event.wait())
            })
            .collect();
        while asleep() < 2 {
            thread::yield_now();
        }
        event.set();
        event.clear();
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
}

#[test]
fn who_gives_up_leaves_the_others_waiting_well() {
    every_order(3, || {
        let event = Arc::new(Event::new());
        let (first, second) = (Arc::clone(&event), Arc::clone(&event));
        let impatient = thread::spawn(move || first.wait_timeout(Duration::ZERO));
        let patient = thread::spawn(move || second.wait());
        event.set();
        impatient.join().unwrap();
        patient.join().unwrap();
    });
}

#[test]
#[should_panic(expected = "deadlock")]
fn found_the_flag_that_a_waiter_misses() {
    every_order(3, || {
        let event = Arc::new(FlagEvent::new());
        let begun = Arc::new(AtomicU32::new(0));
        let (ours, seen) = (Arc::clone(&event), Arc::clone(&begun));
        // It begins under the event's own mutex, and lets go of that only to sleep.
        let waiter = thread::spawn(move || ours.wait(|| seen.store(1, Ordering::Release)));
        while begun.load(Ordering::Acquire) == 0 {
            thread::yield_now();
        }
        event.set();
        event.clear();
        waiter.join().unwrap();
    });
}
