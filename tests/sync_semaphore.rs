//! What the semaphores promise.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod sync_common;

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use netkit::sync::{BoundedSemaphore, Semaphore};
use proptest::prelude::*;
use sync_common::{A_WHILE, Running, SOON, start};

#[test]
fn permits_are_taken_and_a_wait_for_one_can_end() {
    let slots = Semaphore::new(1);
    assert!(slots.try_acquire());
    assert!(!slots.try_acquire());
    assert!(!slots.acquire_timeout(Duration::ZERO));
    let begun = Instant::now();
    assert!(!slots.acquire_timeout(A_WHILE));
    assert!(begun.elapsed() >= A_WHILE);
    slots.release(1).unwrap();
    assert!(slots.acquire_timeout(Duration::ZERO));
    assert_eq!(slots.available(), 0);
}

#[test]
fn a_permit_gives_itself_back_also_after_a_panic() {
    let slots = Arc::new(Semaphore::new(1));
    let permit = slots.permit();
    assert!(slots.try_permit().is_none() && slots.permit_timeout(Duration::ZERO).is_none());
    drop(permit);
    drop(slots.try_permit().unwrap());
    drop(slots.permit_timeout(Duration::ZERO).unwrap());
    let theirs = Arc::clone(&slots);
    let panicking = start("panics", move || {
        let _permit = theirs.permit();
        panic!("on purpose");
    });
    assert!(panicking.outcome().is_err());
    assert!(slots.acquire_timeout(SOON));
}

#[test]
fn a_release_wakes_as_many_as_it_gives_permits() {
    let slots = Arc::new(Semaphore::new(0));
    let waiting: Vec<_> = (0..5)
        .map(|_| {
            let slots = Arc::clone(&slots);
            start("waits", move || slots.acquire())
        })
        .collect();
    waiting.iter().for_each(Running::until_it_sleeps);
    slots.release(3).unwrap();
    let begun = Instant::now();
    while waiting.iter().filter(|waiter| waiter.is_finished()).count() < 3 {
        assert!(begun.elapsed() < SOON, "three permits, fewer than three went on");
        std::thread::yield_now();
    }
    assert_eq!(slots.available(), 0);
    // One at a time, without a pause between.
    slots.release(1).unwrap();
    slots.release(1).unwrap();
    waiting.into_iter().for_each(Running::end);
}

/// 23
#[test]
fn a_semaphore_may_have_more_than_it_began_with() {
    let slots = Semaphore::new(1);
    slots.release(2).unwrap();
    assert_eq!(slots.available(), 3);
    assert_eq!(slots.release(0).unwrap_err().kind(), ErrorKind::InvalidInput);
    let full = Semaphore::new(u32::MAX);
    assert_eq!(full.available(), Semaphore::MOST);
    assert_eq!(full.release(1).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(full.available(), Semaphore::MOST);
}

/// 23
#[test]
fn over_release_is_an_error_and_changes_nothing_also_in_part() {
    let slots = BoundedSemaphore::new(3);
    assert_eq!(slots.release(1).unwrap_err().kind(), ErrorKind::InvalidInput);
    slots.acquire();
    slots.acquire();
    let error = slots.release(3).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(slots.available(), 1, "not even the two that were out");
    assert!(error.to_string().contains("1 of at most 3"), "{error}");
    slots.release(2).unwrap();
    assert_eq!(slots.available(), 3);
}

#[test]
fn never_more_inside_than_permits() {
    const PERMITS: usize = 2;
    let slots = Arc::new(BoundedSemaphore::new(PERMITS as u32));
    let inside = Arc::new(AtomicUsize::new(0));
    let running: Vec<_> = (0..6)
        .map(|_| {
            let (slots, inside) = (Arc::clone(&slots), Arc::clone(&inside));
            start("enters", move || {
                let mut most = 0;
                for _ in 0..2_000 {
                    let _permit = slots.permit();
                    most = most.max(inside.fetch_add(1, Ordering::Relaxed) + 1);
                    std::hint::spin_loop();
                    inside.fetch_sub(1, Ordering::Relaxed);
                }
                most
            })
        })
        .collect();
    for thread in running {
        assert!(thread.end() <= PERMITS);
    }
    assert_eq!(slots.available() as usize, PERMITS);
}

/// 11: in Python such a limit is an `OverflowError`.
#[test]
fn the_longest_limit_is_for_ever() {
    let slots = Arc::new(Semaphore::new(0));
    let theirs = Arc::clone(&slots);
    let waiter = start("waits", move || theirs.acquire_timeout(Duration::MAX));
    waiter.until_it_sleeps();
    slots.release(1).unwrap();
    assert!(waiter.end());
}

#[derive(Debug, Clone)]
enum Step {
    TryAcquire,
    AcquireTimeout,
    Release(u32),
    Permit,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::TryAcquire),
        1 => Just(Step::AcquireTimeout),
        3 => (0..4u32).prop_map(Step::Release),
        1 => Just(Step::Permit),
    ];
    prop::collection::vec(step, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Both against a number.
    #[test]
    fn any_sequence_is_as_a_number_would_have_it(start in 0..5u32, steps in steps()) {
        let (free, bounded) = (Semaphore::new(start), BoundedSemaphore::new(start));
        let (mut many, mut few) = (start, start);
        for step in steps {
            match step {
                Step::TryAcquire => {
                    prop_assert_eq!(free.try_acquire(), many > 0);
                    prop_assert_eq!(bounded.try_acquire(), few > 0);
                    (many, few) = (many.saturating_sub(1), few.saturating_sub(1));
                }
                Step::AcquireTimeout => {
                    prop_assert_eq!(free.acquire_timeout(Duration::ZERO), many > 0);
                    prop_assert_eq!(bounded.acquire_timeout(Duration::ZERO), few > 0);
                    (many, few) = (many.saturating_sub(1), few.saturating_sub(1));
                }
                Step::Release(count) => {
                    prop_assert_eq!(free.release(count).is_ok(), count > 0);
                    many += count;
                    let is_right = count > 0 && few + count <= start;
                    prop_assert_eq!(bounded.release(count).is_ok(), is_right);
                    few += if is_right { count } else { 0 };
                }
                Step::Permit => {
                    drop((many > 0).then(|| free.permit()));
                    drop((few > 0).then(|| bounded.permit()));
                }
            }
            prop_assert_eq!((free.available(), bounded.available()), (many, few));
        }
    }
}
