//! The barrier, in every order.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;
use models::{Barrier, BrokenBarrier, every_order};

#[test]
fn all_come_through_each_with_its_own_index_and_see_what_all_wrote() {
    every_order(3, || {
        let shared = Arc::new((Barrier::new(3).unwrap(), [AtomicU32::new(0), AtomicU32::new(0)]));
        let others: Vec<_> = (0..2)
            .map(|who| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    shared.1[who].store(1, Ordering::Relaxed);
                    let index = shared.0.wait().unwrap();
                    assert_eq!(shared.1[1 - who].load(Ordering::Relaxed), 1);
                    index
                })
            })
            .collect();
        let mut indexes = vec![shared.0.wait().unwrap()];
        indexes.extend(others.into_iter().map(|other| other.join().unwrap()));
        indexes.sort_unstable();
        assert_eq!(indexes, [0, 1, 2]);
    });
}

#[test]
fn the_second_round_is_as_good_as_the_first() {
    every_order(3, || {
        let barrier = Arc::new(Barrier::new(2).unwrap());
        let ours = Arc::clone(&barrier);
        let other = thread::spawn(move || [ours.wait().unwrap(), ours.wait().unwrap()]);
        let mine = [barrier.wait().unwrap(), barrier.wait().unwrap()];
        let theirs = other.join().unwrap();
        assert_eq!([mine[0] + theirs[0], mine[1] + theirs[1]], [1, 1]);
    });
}

#[test]
fn a_party_that_gives_up_breaks_it_for_all_or_all_come_through() {
    every_order(3, || {
        let barrier = Arc::new(Barrier::new(2).unwrap());
        let ours = Arc::clone(&barrier);
        let impatient = thread::spawn(move || ours.wait_timeout(Duration::ZERO));
        let patient = barrier.wait();
        let impatient = impatient.join().unwrap();
        assert_eq!(impatient.is_ok(), patient.is_ok());
        assert_eq!(barrier.is_broken(), patient.is_err());
    });
}

#[test]
fn reset_sends_away_who_waits_and_begins_anew() {
    every_order(3, || {
        let barrier = Arc::new(Barrier::new(2).unwrap());
        let ours = Arc::clone(&barrier);
        let waiter = thread::spawn(move || ours.wait());
        barrier.reset();
        // It came before the reset, or it waits for us now.
        let mine = barrier.wait_timeout(Duration::ZERO);
        let theirs = waiter.join().unwrap();
        match (mine, theirs) {
            (Ok(mine), Ok(theirs)) => assert_eq!(mine + theirs, 1),
            (mine, theirs) => assert_eq!((mine, theirs), (Err(BrokenBarrier), Err(BrokenBarrier))),
        }
    });
}
