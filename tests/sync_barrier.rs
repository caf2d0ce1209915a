//! What `Barrier` promises.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod sync_common;

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use netkit::sync::{Barrier, BrokenBarrier};
use proptest::prelude::*;
use sync_common::{A_WHILE, Running, start};

type Outcome = Result<usize, BrokenBarrier>;

/// Threads that wait at the barrier, asleep.
fn waiting(barrier: &Arc<Barrier>, count: usize) -> Vec<Running<Outcome>> {
    let threads = (0..count).map(|_| {
        let barrier = Arc::clone(barrier);
        let waiter = start("waits", move || barrier.wait());
        waiter.until_it_sleeps();
        waiter
    });
    threads.collect()
}

/// A thread comes that should not have to wait for others; if it does, the test fails and goes on.
fn comes(barrier: &Arc<Barrier>, limit: Option<Duration>) -> Outcome {
    let barrier = Arc::clone(barrier);
    start("comes", move || limit.map_or_else(|| barrier.wait(), |limit| barrier.wait_timeout(limit))).end()
}

/// 24
#[test]
fn each_gets_its_own_index_and_the_barrier_is_used_again() {
    let barrier = Arc::new(Barrier::new(4).unwrap());
    assert_eq!((barrier.parties(), barrier.waiting()), (4, 0));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let barrier = Arc::clone(&barrier);
            start("comes", move || (0..50).map(|_| barrier.wait().unwrap()).collect::<Vec<_>>())
        })
        .collect();
    let indexes: Vec<Vec<usize>> = threads.into_iter().map(Running::end).collect();
    for round in 0..50 {
        let mut of_round: Vec<usize> = indexes.iter().map(|of_thread| of_thread[round]).collect();
        of_round.sort_unstable();
        assert_eq!(of_round, [0, 1, 2, 3]);
    }
}

#[test]
fn nobody_goes_on_before_all_have_come() {
    let barrier = Arc::new(Barrier::new(3).unwrap());
    let waiters = waiting(&barrier, 2);
    assert_eq!(barrier.waiting(), 2);
    assert!(waiters.iter().all(|waiter| !waiter.is_finished()));
    assert_eq!(comes(&barrier, None), Ok(2));
    let indexes: Vec<_> = waiters.into_iter().map(Running::end).collect();
    assert_eq!(indexes, [Ok(0), Ok(1)], "in the order in which they came");
}

/// 24
#[test]
fn the_action_runs_once_a_round_before_anyone_goes_on() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&runs);
    let action = move || {
        counts.fetch_add(1, Ordering::Relaxed);
    };
    let barrier = Arc::new(Barrier::with_action(3, action).unwrap());
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let (barrier, runs) = (Arc::clone(&barrier), Arc::clone(&runs));
            start("comes", move || {
                for round in 1..=20 {
                    barrier.wait().unwrap();
                    // The next round cannot be full before this thread comes again.
                    assert_eq!(runs.load(Ordering::Relaxed), round);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(Running::end);
}

/// 25
#[test]
fn one_that_cannot_wait_longer_breaks_it_for_all() {
    let barrier = Arc::new(Barrier::new(4).unwrap());
    let waiters = waiting(&barrier, 2);
    let begun = Instant::now();
    assert_eq!(comes(&barrier, Some(A_WHILE)), Err(BrokenBarrier));
    assert!(begun.elapsed() >= A_WHILE);
    for waiter in waiters {
        assert_eq!(waiter.end(), Err(BrokenBarrier));
    }
    assert!(barrier.is_broken());
    assert_eq!(comes(&barrier, None), Err(BrokenBarrier), "whoever comes later is told at once");
    assert_eq!(barrier.waiting(), 0);
}

/// 25
#[test]
fn abort_sends_all_away_and_reset_mends_it() {
    let barrier = Arc::new(Barrier::new(3).unwrap());
    let waiters = waiting(&barrier, 2);
    barrier.abort();
    for waiter in waiters {
        assert_eq!(waiter.end(), Err(BrokenBarrier));
    }
    assert!(barrier.is_broken());
    barrier.reset();
    assert!(!barrier.is_broken());
    let waiters = waiting(&barrier, 2);
    assert_eq!(comes(&barrier, None), Ok(2));
    assert!(waiters.into_iter().all(|waiter| waiter.end().is_ok()));
}

#[test]
fn reset_sends_away_who_waits_and_the_barrier_is_as_new() {
    let barrier = Arc::new(Barrier::new(2).unwrap());
    let waiters = waiting(&barrier, 1);
    barrier.reset();
    assert!(!barrier.is_broken());
    assert_eq!(barrier.waiting(), 0);
    for waiter in waiters {
        assert_eq!(waiter.end(), Err(BrokenBarrier));
    }
}

/// 25
#[test]
fn an_action_that_panics_is_one_thread_s_panic_and_breaks_it_for_the_others() {
    let barrier = Arc::new(Barrier::with_action(3, || panic!("on purpose")).unwrap());
    let waiters = waiting(&barrier, 2);
    let theirs = Arc::clone(&barrier);
    let panic = start("last", move || theirs.wait()).outcome().expect_err("its own panic");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    for waiter in waiters {
        assert_eq!(waiter.end(), Err(BrokenBarrier));
    }
    assert!(barrier.is_broken());
}

#[test]
fn an_action_may_use_the_barrier_and_take_longer_than_the_others_wait() {
    let own: Arc<std::sync::OnceLock<Arc<Barrier>>> = Arc::default();
    let seen = Arc::clone(&own);
    let action = move || {
        assert_eq!(seen.get().map(|barrier| barrier.parties()), Some(2));
        std::thread::sleep(A_WHILE * 2);
    };
    let barrier = Arc::new(Barrier::with_action(2, action).unwrap());
    own.set(Arc::clone(&barrier)).ok();
    let theirs = Arc::clone(&barrier);
    let patient = start("waits", move || theirs.wait_timeout(A_WHILE));
    let begun = Instant::now();
    while barrier.waiting() == 0 && begun.elapsed() < A_WHILE {
        std::thread::yield_now();
    }
    // Whether it came in time or not: both come through, or neither.
    let mine = barrier.wait();
    assert_eq!(patient.end().is_ok(), mine.is_ok());
}

/// 11: in Python such a limit is an `OverflowError`.
#[test]
fn the_longest_limit_is_for_ever() {
    let barrier = Arc::new(Barrier::new(2).unwrap());
    let theirs = Arc::clone(&barrier);
    let patient = start("waits", move || theirs.wait_timeout(Duration::MAX));
    patient.until_it_sleeps();
    assert_eq!(comes(&barrier, None), Ok(1));
    assert_eq!(patient.end(), Ok(0));
}

/// 26: Python before 3.13 accepts 0 and then hangs.
#[test]
fn a_barrier_for_nobody_is_refused() {
    assert_eq!(Barrier::new(0).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(Barrier::with_action(0, || ()).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(Barrier::new(1).unwrap().wait(), Ok(0));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Come,
    GiveUp,
    Abort,
    Reset,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A barrier for three against a list of those who wait.
    #[test]
    fn any_sequence_is_as_a_list_would_have_it(
        steps in prop::collection::vec(
            prop_oneof![5 => Just(Step::Come), 1 => Just(Step::GiveUp), 1 => Just(Step::Abort), 2 => Just(Step::Reset)],
            0..12,
        )
    ) {
        let barrier = Arc::new(Barrier::new(3).unwrap());
        let mut there: Vec<Running<Outcome>> = Vec::new();
        let mut is_broken = false;
        for step in steps {
            let expected = match step {
                Step::Come if is_broken => {
                    prop_assert_eq!(comes(&barrier, None), Err(BrokenBarrier));
                    None
                }
                Step::Come if there.len() == 2 => {
                    prop_assert_eq!(comes(&barrier, None), Ok(2));
                    Some(true)
                }
                Step::Come => {
                    there.extend(waiting(&barrier, 1));
                    None
                }
                Step::GiveUp if there.len() == 2 && !is_broken => {
                    prop_assert_eq!(comes(&barrier, Some(Duration::ZERO)), Ok(2));
                    Some(true)
                }
                Step::GiveUp => {
                    prop_assert_eq!(comes(&barrier, Some(Duration::ZERO)), Err(BrokenBarrier));
                    is_broken = true;
                    Some(false)
                }
                Step::Abort => {
                    barrier.abort();
                    is_broken = true;
                    Some(false)
                }
                Step::Reset => {
                    barrier.reset();
                    is_broken = false;
                    Some(false)
                }
            };
            if let Some(through) = expected {
                for (index, waiter) in there.drain(..).enumerate() {
                    prop_assert_eq!(waiter.end(), if through { Ok(index) } else { Err(BrokenBarrier) });
                }
            }
            prop_assert_eq!((barrier.is_broken(), barrier.waiting()), (is_broken, there.len()));
        }
        barrier.abort();
        there.into_iter().for_each(|waiter| assert!(waiter.end().is_err()));
    }
}
