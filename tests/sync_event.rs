//! What `Event` and `Condition` promise.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod sync_common;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use netkit::sync::{Condition, Event};
use sync_common::{A_WHILE, Running, SOON, start};

#[test]
fn an_event_is_off_or_on_and_a_wait_says_which() {
    let event = Event::new();
    assert!(!event.is_set());
    assert!(!event.wait_timeout(Duration::ZERO));
    let begun = Instant::now();
    assert!(!event.wait_timeout(A_WHILE));
    assert!(begun.elapsed() >= A_WHILE);
    event.set();
    event.set();
    assert!(event.is_set() && event.wait_timeout(Duration::ZERO));
    event.wait();
    event.clear();
    assert!(!event.is_set() && !event.wait_timeout(Duration::ZERO));
}

/// 20: an event made of a flag and a condition loses waiters here.
#[test]
fn set_then_clear_at_once_wakes_every_current_waiter() {
    let event = Arc::new(Event::new());
    for _ in 0..10 {
        let waiting: Vec<_> = (0..4)
            .map(|_| {
                let event = Arc::clone(&event);
                start("waits", move || event.wait_timeout(SOON * 2))
            })
            .collect();
        waiting.iter().for_each(Running::until_it_sleeps);
        event.set();
        event.clear();
        for waiter in waiting {
            assert!(waiter.end());
        }
    }
}

#[test]
fn set_without_clear_wakes_all_and_lets_later_ones_through() {
    let event = Arc::new(Event::new());
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let event = Arc::clone(&event);
            start("waits", move || event.wait())
        })
        .collect();
    waiting.iter().for_each(Running::until_it_sleeps);
    event.set();
    waiting.into_iter().for_each(Running::end);
    event.wait();
}

#[test]
fn clear_alone_wakes_nobody() {
    let event = Arc::new(Event::new());
    let theirs = Arc::clone(&event);
    let waiter = start("waits", move || theirs.wait());
    waiter.until_it_sleeps();
    event.clear();
    waiter.until_it_sleeps();
    assert!(!waiter.is_finished());
    event.set();
    waiter.end();
}

/// 11: in Python such a limit is an `OverflowError`.
#[test]
fn the_longest_limit_is_for_ever() {
    let both = Arc::new((Event::new(), Condition::new(())));
    let theirs = Arc::clone(&both);
    let waiter = start("waits", move || {
        let was_set = theirs.0.wait_timeout(Duration::MAX);
        was_set && theirs.1.lock().unwrap().wait_timeout(Duration::MAX).unwrap()
    });
    waiter.until_it_sleeps();
    let held = both.1.lock().unwrap();
    both.0.set();
    waiter.until_it_sleeps();
    drop(held);
    // It is in the list of those who wait when it has let go of the lock again.
    waiter.until_it_sleeps();
    both.1.lock().unwrap().notify(1);
    assert!(waiter.end());
}

/// 16: waiting gives all levels back, else the notifier could never come in.
#[test]
fn waiting_lets_go_of_every_level_and_takes_every_level_again() {
    let flag = Arc::new(Condition::new(false));
    let theirs = Arc::clone(&flag);
    let waiter = start("waits", move || {
        let outer = theirs.lock().unwrap();
        let middle = theirs.lock().unwrap();
        let mut inner = theirs.lock().unwrap();
        inner.wait_for(|flag| flag.then_some(())).unwrap();
        drop((inner, middle));
        // Of three levels one is left, so nobody else gets in.
        let other = Arc::clone(&theirs);
        let is_ours = start("other", move || other.try_lock().unwrap().is_none()).end();
        drop(outer);
        is_ours
    });
    waiter.until_it_sleeps();
    let held = flag.lock_timeout(SOON).unwrap().expect("the waiter let go");
    *held.borrow_mut() = true;
    held.notify(1);
    drop(held);
    assert!(waiter.end());
    assert!(flag.try_lock().unwrap().is_some(), "and it is free in the end");
}

/// 17
#[test]
fn a_wait_says_whether_it_was_notified_and_gives_the_value_of_its_predicate() {
    let numbers = Condition::new(vec![7]);
    let mut held = numbers.lock().unwrap();
    assert!(!held.wait_timeout(Duration::ZERO).unwrap());
    let begun = Instant::now();
    assert!(!held.wait_timeout(A_WHILE).unwrap());
    assert!(begun.elapsed() >= A_WHILE);
    assert_eq!(held.wait_for(Vec::pop).unwrap(), 7);
    assert_eq!(held.wait_for_timeout(A_WHILE, Vec::pop).unwrap(), None);
    held.borrow_mut().push(8);
    assert_eq!(held.wait_for_timeout(Duration::ZERO, Vec::pop).unwrap(), Some(8), "it looks first");
}

/// 18
#[test]
fn notify_wakes_at_most_so_many_those_who_came_first() {
    let condition = Arc::new(Condition::new(()));
    let order = Arc::new(Mutex::new(Vec::new()));
    let waiting: VecDeque<_> = (0..4)
        .map(|who| {
            let (condition, order) = (Arc::clone(&condition), Arc::clone(&order));
            let waiter = start("waits", move || {
                let mut held = condition.lock().unwrap();
                held.wait().unwrap();
                order.lock().unwrap().push(who);
            });
            waiter.until_it_sleeps();
            waiter
        })
        .collect();
    let mut waiting = waiting;
    condition.lock().unwrap().notify(0);
    condition.lock().unwrap().notify(1);
    waiting.pop_front().unwrap().end();
    assert_eq!(*order.lock().unwrap(), [0]);
    condition.lock().unwrap().notify(2);
    waiting.pop_front().unwrap().end();
    waiting.pop_front().unwrap().end();
    let last = waiting.pop_front().unwrap();
    last.until_it_sleeps();
    assert_eq!(order.lock().unwrap().len(), 3);
    condition.lock().unwrap().notify_all();
    last.end();
}

#[test]
fn a_notify_without_waiters_is_lost() {
    let condition = Condition::new(());
    let mut held = condition.lock().unwrap();
    held.notify_all();
    assert!(!held.wait_timeout(Duration::from_millis(1)).unwrap());
}

#[test]
fn who_gave_up_is_not_notified_in_place_of_another() {
    let condition = Arc::new(Condition::new(()));
    let mut held = condition.lock().unwrap();
    assert!(!held.wait_timeout(Duration::from_millis(1)).unwrap());
    drop(held);
    let theirs = Arc::clone(&condition);
    let waiter = start("waits", move || theirs.lock().unwrap().wait().unwrap());
    waiter.until_it_sleeps();
    condition.lock().unwrap().notify(1);
    waiter.end();
}

#[test]
fn waiting_while_the_value_is_borrowed_is_refused() {
    let condition = Condition::new(0);
    let outer = condition.lock().unwrap();
    let seen = outer.borrow();
    let waits = || condition.lock().unwrap().wait_timeout(Duration::ZERO).is_ok();
    assert!(catch_unwind(AssertUnwindSafe(waits)).is_err(), "others would change what `seen` shows");
    drop(seen);
    assert!(waits());
}

/// 14
#[test]
fn an_owner_that_ends_is_reported_to_who_waits_to_be_notified() {
    let condition = Arc::new(Condition::new(3));
    let theirs = Arc::clone(&condition);
    let waiter = start("waits", move || {
        let mut held = theirs.lock().unwrap();
        held.wait().map_err(|died| (died.thread().to_string(), *held.borrow()))
    });
    waiter.until_it_sleeps();
    let theirs = Arc::clone(&condition);
    let careless = start("careless", move || {
        let held = std::mem::ManuallyDrop::new(theirs.lock().unwrap());
        held.notify_all();
    });
    careless.end();
    assert_eq!(waiter.end(), Err(("careless".to_string(), 3)));
    let held = condition.lock().expect_err("nobody has repaired it").make_consistent();
    drop(held);
    assert!(condition.lock().is_ok());
}
