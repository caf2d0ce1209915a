//! What `LockOrder` promises: a wrong order is an error before it is a deadlock.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod sync_common;

use std::sync::Arc;

use netkit::sync::{LockOrder, LockOrderError, OrderedMutex};
use sync_common::start;

/// What a thread does that takes two mutexes, one after the other; the lines are those of the locks.
fn both(first: &OrderedMutex<u32>, second: &OrderedMutex<u32>) -> Result<(), LockOrderError> {
    let _first = first.lock()?;
    let _second = second.lock()?;
    Ok(())
}

#[test]
fn an_inversion_is_found_though_nothing_hangs_this_time() {
    let order = LockOrder::new();
    let locks = Arc::new((order.mutex("accounts", 1), order.mutex("log", 2)));
    let theirs = Arc::clone(&locks);
    start("pays", move || both(&theirs.0, &theirs.1)).end().unwrap();
    let theirs = Arc::clone(&locks);
    let error = start("audits", move || both(&theirs.1, &theirs.0)).end().unwrap_err();
    let LockOrderError::Inversion { this, others } = &error else { panic!("{error}") };
    let [other] = &others[..] else { panic!("{error}") };
    assert_eq!((this.thread(), this.held().lock(), this.wanted().lock()), ("audits", "log", "accounts"));
    assert_eq!((other.thread(), other.held().lock(), other.wanted().lock()), ("pays", "accounts", "log"));
    // Both went through the same two lines of `both`.
    let lines = [this.held(), this.wanted(), other.held(), other.wanted()].map(|site| site.at().line());
    assert_eq!([lines[0] + 1, lines[2] + 1, lines[0]], [lines[1], lines[3], lines[2]]);
    let message = error.to_string();
    for part in ["audits", "pays", "accounts", "log", "tests/sync_order.rs:"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(message.matches("tests/sync_order.rs:").count(), 4, "{message}");
}

/// Without the check these two would wait for each other.
#[test]
fn two_threads_that_would_deadlock_do_not() {
    let order = LockOrder::new();
    let locks = Arc::new((order.mutex("a", 0), order.mutex("b", 0)));
    let meet = Arc::new(std::sync::Barrier::new(2));
    let cross = |name: &str, is_turned: bool| {
        let (locks, meet) = (Arc::clone(&locks), Arc::clone(&meet));
        start(name, move || {
            let (first, second) = if is_turned { (&locks.1, &locks.0) } else { (&locks.0, &locks.1) };
            let held = first.lock().unwrap();
            meet.wait();
            let outcome = second.lock().map(|_| ());
            drop(held);
            outcome
        })
    };
    let (one, other) = (cross("one", false), cross("other", true));
    let outcomes = [one.end(), other.end()];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), 1, "{outcomes:?}");
}

#[test]
fn a_circle_of_three_is_found() {
    let order = LockOrder::new();
    let (a, b, c) = (order.mutex("a", 0), order.mutex("b", 0), order.mutex("c", 0));
    both(&a, &b).unwrap();
    both(&b, &c).unwrap();
    both(&a, &c).unwrap();
    let error = both(&c, &a).unwrap_err();
    let LockOrderError::Inversion { others, .. } = &error else { panic!("{error}") };
    assert_eq!(others.len(), 1, "a, then c, is the shortest way: {error}");
    let (d, e, f) = (order.mutex("d", 0), order.mutex("e", 0), order.mutex("f", 0));
    both(&d, &e).unwrap();
    both(&e, &f).unwrap();
    let error = both(&f, &d).unwrap_err();
    let LockOrderError::Inversion { others, .. } = &error else { panic!("{error}") };
    assert_eq!(others.len(), 2, "{error}");
}

#[test]
fn one_order_everywhere_is_never_refused() {
    let order = LockOrder::new();
    let locks = Arc::new([order.mutex("a", 0), order.mutex("b", 0), order.mutex("c", 0)]);
    let threads: Vec<_> = (0..4)
        .map(|who| {
            let locks = Arc::clone(&locks);
            start("orderly", move || {
                for round in 0..200 {
                    let mut first = locks[(who + round) % 2].lock().unwrap();
                    *locks[2].lock().unwrap() += 1;
                    *first += 1;
                }
            })
        })
        .collect();
    threads.into_iter().for_each(sync_common::Running::end);
    assert_eq!(*locks[2].lock().unwrap(), 800);
}

#[test]
fn the_same_thread_twice_is_refused_instead_of_waiting_for_itself() {
    let order = LockOrder::new();
    let lock = order.mutex("account", 0);
    let held = lock.lock().unwrap();
    let error = lock.lock().unwrap_err();
    assert!(matches!(error, LockOrderError::Again { .. }), "{error}");
    drop(held);
    assert!(lock.lock().is_ok(), "given back, it is free to be taken");
}

#[test]
fn a_refused_lock_is_not_taken_and_leaves_no_trace() {
    let order = LockOrder::new();
    let (a, b) = (order.mutex("a", 0), order.mutex("b", 0));
    both(&a, &b).unwrap();
    both(&b, &a).unwrap_err();
    assert!(a.try_lock().unwrap().is_some());
    both(&a, &b).expect("the right order stays right");
}

#[test]
fn who_does_not_wait_may_take_them_in_any_order() {
    let order = LockOrder::new();
    let (a, b) = (order.mutex("a", 0), order.mutex("b", 0));
    both(&a, &b).unwrap();
    let held = b.lock().unwrap();
    let other = a.try_lock().unwrap().expect("nobody has it");
    let again = b.try_lock().unwrap();
    assert!(again.is_none(), "this thread has it");
    drop((other, held));
}

#[test]
fn two_orders_know_nothing_of_each_other_and_what_is_gone_is_forgotten() {
    let (one, other) = (LockOrder::new(), LockOrder::new());
    let (a, b) = (one.mutex("a", 0), other.mutex("b", 0));
    both(&a, &b).unwrap();
    both(&b, &a).unwrap();
    let c = one.mutex("c", 0);
    both(&a, &c).unwrap();
    drop(a);
    let a = one.mutex("a", 0);
    both(&c, &a).expect("another a");
}

#[test]
fn a_panic_gives_it_back_and_poisons_it() {
    let order = LockOrder::new();
    let lock = Arc::new(order.mutex("account", 0));
    let theirs = Arc::clone(&lock);
    let panicking = start("panics", move || {
        let _held = theirs.lock().unwrap();
        panic!("on purpose");
    });
    assert!(panicking.outcome().is_err());
    assert!(matches!(lock.lock(), Err(LockOrderError::Poisoned { .. })));
    assert!(matches!(lock.try_lock(), Err(LockOrderError::Poisoned { .. })));
    lock.clear_poison();
    let theirs = Arc::clone(&lock);
    assert!(start("next", move || theirs.lock().is_ok()).end());
}
