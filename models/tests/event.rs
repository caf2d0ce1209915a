//! The event, in every order.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;
use models::wrong::FlagEvent;
use models::{Event, every_order};

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
