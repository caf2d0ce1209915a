//! The condition, in every order.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use loom::thread;
use models::{Condition, every_order};

#[test]
fn what_is_put_in_is_taken_out_once() {
    every_order(3, || {
        let queue = Arc::new(Condition::new(Vec::new()));
        let takers: Vec<_> = (0..2)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.lock().unwrap().wait_for(Vec::pop).unwrap())
            })
            .collect();
        for item in [1, 2] {
            let held = queue.lock().unwrap();
            held.borrow_mut().push(item);
            held.notify(1);
        }
        let taken: u32 = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
        assert_eq!(taken, 3);
    });
}

#[test]
fn waiting_gives_back_every_level_and_takes_every_level_again() {
    every_order(3, || {
        let flag = Arc::new(Condition::new(false));
        let ours = Arc::clone(&flag);
        let waiter = thread::spawn(move || {
            let outer = ours.lock().unwrap();
            let mut inner = ours.lock().unwrap();
            inner.wait_for(|flag| flag.then_some(())).unwrap();
            drop(inner);
            // One level is left: it is still ours.
            *outer.borrow_mut() = false;
            drop(outer);
        });
        let held = flag.lock().unwrap();
        *held.borrow_mut() = true;
        held.notify_all();
        drop(held);
        waiter.join().unwrap();
        assert!(!*flag.lock().unwrap().borrow());
    });
}

#[test]
fn a_notify_goes_to_one_who_waits_on_and_not_to_one_who_gave_up() {
    every_order(3, || {
        let queue = Arc::new(Condition::new(0));
        let (first, second) = (Arc::clone(&queue), Arc::clone(&queue));
        let impatient = thread::spawn(move || first.lock().unwrap().wait_timeout(Duration::ZERO).unwrap());
        let patient = thread::spawn(move || {
            second.lock().unwrap().wait_for(|tokens| (*tokens > 0).then(|| *tokens -= 1)).unwrap();
        });
        let held = queue.lock().unwrap();
        *held.borrow_mut() += 1;
        held.notify(1);
        drop(held);
        if impatient.join().unwrap() {
            // It was chosen, and did not want the token: it passes the word on.
            queue.lock().unwrap().notify(1);
        }
        patient.join().unwrap();
    });
}

/// `if` for `while`: between the notify and the lock, another thread takes what was there.
#[test]
#[should_panic(expected = "taken by another")]
fn found_if_for_while() {
    every_order(3, || {
        let queue = Arc::new(Condition::new(Vec::new()));
        let ours = Arc::clone(&queue);
        let taker = thread::spawn(move || {
            let mut held = ours.lock().unwrap();
            if held.borrow().is_empty() {
                held.wait().unwrap();
            }
            held.borrow_mut().pop()
        });
        let put = |item| {
            let held = queue.lock().unwrap();
            held.borrow_mut().push(item);
            held.notify(1);
        };
        put(1);
        // This thread takes as well; then it puts in another one, enough for both.
        queue.lock().unwrap().borrow_mut().pop();
        put(2);
        taker.join().unwrap().expect("taken by another");
    });
}

/// Notify before the flag: a waiter looks between the two, and nobody will wake it.
#[test]
#[should_panic(expected = "deadlock")]
fn found_notify_before_flag() {
    every_order(3, || {
        let flag = Arc::new(Condition::new(false));
        let ours = Arc::clone(&flag);
        let waiter = thread::spawn(move || {
            ours.lock().unwrap().wait_for(|flag| flag.then_some(())).unwrap();
        });
        flag.lock().unwrap().notify_all();
        *flag.lock().unwrap().borrow_mut() = true;
        waiter.join().unwrap();
    });
}
