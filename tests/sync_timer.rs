//! What `Timer` promises.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod sync_common;

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use netkit::sync::{Event, Timer};
use sync_common::{A_WHILE, SOON, start};

/// 27
#[test]
fn a_timer_fires_once_not_before_its_time_in_a_thread_with_a_name() {
    let begun = Instant::now();
    let (fired, seen) = mpsc::channel();
    let timer = Timer::named("egg", A_WHILE, move || {
        fired.send(std::thread::current().name().map(str::to_string)).unwrap();
        begun.elapsed()
    })
    .unwrap();
    assert_eq!(timer.thread().name(), Some("egg"));
    assert_eq!(seen.recv_timeout(SOON).unwrap().as_deref(), Some("egg"));
    assert!(!timer.cancel(), "too late");
    assert!(timer.join().unwrap().unwrap() >= A_WHILE);
    assert!(seen.recv().is_err(), "once");
}

/// 27
#[test]
fn cancel_prevents_it_and_join_returns_at_once() {
    let (fired, seen) = mpsc::channel();
    let timer = Timer::after(SOON * 100, move || fired.send(())).unwrap();
    assert!(timer.cancel());
    assert!(timer.cancel(), "twice is as good");
    assert!(start("joins", move || timer.join().unwrap().is_none()).end());
    assert!(seen.try_recv().is_err());
}

/// 27: what is over already fires now.
#[test]
fn no_time_at_all_fires_now() {
    assert!(matches!(Timer::after(Duration::ZERO, || 7).unwrap().join(), Ok(Some(7))));
}

/// 7: in Python the panic is printed, and lost to who joins.
#[test]
fn what_panics_in_a_timer_comes_back_from_join() {
    let timer = Timer::after(Duration::ZERO, || panic!("on purpose")).unwrap();
    assert_eq!(timer.join().unwrap_err().downcast_ref::<&str>(), Some(&"on purpose"));
}

#[test]
fn cancel_while_it_runs_says_no_and_lets_it_finish() {
    let (began, finish) = (Arc::new(Event::new()), Arc::new(Event::new()));
    let (begins, finishes) = (Arc::clone(&began), Arc::clone(&finish));
    let timer = Timer::after(Duration::ZERO, move || {
        begins.set();
        finishes.wait_timeout(SOON)
    })
    .unwrap();
    assert!(began.wait_timeout(SOON));
    assert!(!timer.cancel());
    finish.set();
    assert!(matches!(timer.join(), Ok(Some(true))));
}

/// 27: a thread that nobody can join any more; in Python the end of the program waits for it.
#[test]
fn one_that_is_dropped_fires_nevertheless() {
    let (fired, seen) = mpsc::channel();
    let begun = Instant::now();
    drop(Timer::after(A_WHILE, move || fired.send(())).unwrap());
    assert_eq!(seen.recv_timeout(SOON), Ok(()));
    assert!(begun.elapsed() >= A_WHILE);
}

/// 11: in Python such a limit is an `OverflowError`, in the timer's thread, where nobody sees it.
#[test]
fn the_longest_limit_is_for_ever() {
    let timer = Timer::after(Duration::MAX, || ()).unwrap();
    let (said, heard) = mpsc::channel();
    let waiter = start("joins", move || {
        said.send(timer.cancel()).unwrap();
        timer.join().unwrap().is_none()
    });
    assert!(heard.recv_timeout(SOON).unwrap(), "it had not fired");
    assert!(waiter.end());
}
