//! What locks, events and semaphores between processes promise, also when one is killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use netkit::process::{self, LockError, Process, ProcessEvent, ProcessLock, ProcessSemaphore, SharedValue};
use netkit::tasks;
use rustix::process::Signal;

#[macro_use]
mod process_common;
use process_common::{A_MOMENT, SOON, send_signal, soon, waits_for_futex};

fn locks_and_stays(lock: ProcessLock, locked: ProcessEvent) {
    let _guard = lock.lock().unwrap();
    locked.set();
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

fn waits_for_the_lock(lock: ProcessLock, told: SharedValue<i32>) {
    let result = lock.lock();
    told.set(match &result {
        Ok(_) => 1,
        Err(LockError::OwnerDied(_)) => 2,
        Err(_) => 3,
    });
    if let Err(LockError::OwnerDied(died)) = result {
        drop(died.make_consistent());
    }
}

fn panics_with_the_lock(lock: ProcessLock) {
    let _guard = lock.lock().unwrap();
    panic!("as ordered");
}

fn waits_for_the_event(event: ProcessEvent, woken: SharedValue<i32>) {
    event.wait();
    woken.fetch_add(1).unwrap();
}

fn acquires(semaphore: ProcessSemaphore, got: SharedValue<i32>) {
    semaphore.acquire();
    got.fetch_add(1).unwrap();
}

/// One wait after the other, each with the longest limit that there is.
fn waits_longest(event: ProcessEvent, semaphore: ProcessSemaphore, lock: ProcessLock, got: SharedValue<i32>) {
    assert!(event.wait_timeout(Duration::MAX));
    got.set(1);
    assert!(semaphore.acquire_timeout(Duration::MAX));
    got.set(2);
    drop(lock.lock_timeout(Duration::MAX).unwrap());
}

fn main() -> ExitCode {
    process::init(tasks![
        locks_and_stays,
        waits_for_the_lock,
        panics_with_the_lock,
        waits_for_the_event,
        waits_longest,
        acquires
    ]);
    process_common::run(tests![
        a_lock_excludes_and_can_be_tried,
        a_killed_owner_freezes_nobody,
        everyone_is_told_until_it_is_repaired,
        a_panic_unlocks,
        a_forgotten_guard_harms_nobody,
        a_forked_copy_of_a_guard_unlocks_nothing,
        the_longest_limit_is_for_ever,
        an_event_wakes_all,
        set_and_clear_wakes_those_who_waited,
        a_killed_waiter_disturbs_nobody,
        a_semaphore_counts
    ])
}

fn a_lock_excludes_and_can_be_tried() {
    let (lock, locked) = (ProcessLock::new().unwrap(), ProcessEvent::new().unwrap());
    let owner = Process::spawn(locks_and_stays, (lock.clone(), locked.clone())).unwrap();
    assert!(locked.wait_timeout(SOON));
    assert!(matches!(lock.try_lock(), Err(LockError::WouldBlock)));
    assert!(matches!(lock.lock_timeout(A_MOMENT), Err(LockError::TimedOut)));
    assert!(matches!(lock.lock_timeout(Duration::ZERO), Err(LockError::TimedOut)));
    drop(owner);
    let own = ProcessLock::new().unwrap();
    let guard = own.lock().unwrap();
    assert!(matches!(own.lock(), Err(LockError::Deadlock)));
    drop(guard);
    drop(own.lock().unwrap());
}

fn a_killed_owner_freezes_nobody() {
    let (lock, locked, told) =
        (ProcessLock::new().unwrap(), ProcessEvent::new().unwrap(), SharedValue::new(0).unwrap());
    let owner = Process::spawn(locks_and_stays, (lock.clone(), locked.clone())).unwrap();
    assert!(locked.wait_timeout(SOON));
    let waiter = || Process::spawn(waits_for_the_lock, (lock.clone(), told.clone())).unwrap();
    let waiters = [waiter(), waiter()];
    waiters.iter().for_each(|waiter| waits_for_futex(waiter.pid()));
    owner.kill().unwrap();
    for waiter in &waiters {
        assert!(waiter.join_timeout(SOON).unwrap().expect("frozen").success());
    }
    // One was told and made it consistent; to the other it was a lock like any other.
    assert_eq!(told.get(), 1);
    drop(lock.lock_timeout(SOON).unwrap());
}

fn everyone_is_told_until_it_is_repaired() {
    let (lock, locked) = (ProcessLock::new().unwrap(), ProcessEvent::new().unwrap());
    let owner = Process::spawn(locks_and_stays, (lock.clone(), locked.clone())).unwrap();
    assert!(locked.wait_timeout(SOON));
    owner.kill().unwrap();
    owner.join().unwrap();
    for _ in 0..2 {
        assert!(matches!(lock.lock_timeout(SOON), Err(LockError::OwnerDied(_)))); // dropped: not repaired
    }
    let Err(LockError::OwnerDied(died)) = lock.try_lock() else { panic!("it is not told") };
    drop(died.make_consistent());
    drop(lock.try_lock().unwrap());
}

fn a_panic_unlocks() {
    let lock = ProcessLock::new().unwrap();
    let child = Process::spawn(panics_with_the_lock, lock.clone()).unwrap();
    assert_eq!(child.join().unwrap().code(), Some(1));
    drop(lock.try_lock().unwrap());
}

fn a_forgotten_guard_harms_nobody() {
    let lock = ProcessLock::new().unwrap();
    #[allow(clippy::disallowed_methods, clippy::mem_forget, reason = "that is the subject")]
    std::mem::forget(lock.lock().unwrap());
    drop(lock); // the kernel's list still has the mutex: its memory has to stay
    let other = ProcessLock::new().unwrap();
    drop(other.lock().unwrap()); // this goes through that list
}

/// SEMANTICS 8.4, items 25 and 26: in Python any process unlocks a `Lock`, and a forked child an `RLock`'s copy.
fn a_forked_copy_of_a_guard_unlocks_nothing() {
    let (lock, told) = (ProcessLock::new().unwrap(), SharedValue::new(0).unwrap());
    let mut guard = Some(lock.lock().unwrap());
    let child = Process::fork(|| {
        drop(guard.take());
        assert!(matches!(lock.try_lock(), Err(LockError::WouldBlock)));
    });
    assert!(child.unwrap().join_timeout(SOON).unwrap().unwrap().success());
    let waiter = Process::spawn(waits_for_the_lock, (lock.clone(), told.clone())).unwrap();
    waits_for_futex(waiter.pid());
    assert_eq!(told.get(), 0);
    drop(guard);
    assert!(waiter.join_timeout(SOON).unwrap().is_some());
    assert_eq!(told.get(), 1, "a lock as any other: nobody has died");
}

/// SEMANTICS 7.2, item 11: in Python such a limit is an `OverflowError`.
fn the_longest_limit_is_for_ever() {
    let (event, semaphore) = (ProcessEvent::new().unwrap(), ProcessSemaphore::new(0).unwrap());
    let (lock, got) = (ProcessLock::new().unwrap(), SharedValue::new(0).unwrap());
    let guard = lock.lock().unwrap();
    let args = (event.clone(), semaphore.clone(), lock.clone(), got.clone());
    let child = Process::spawn(waits_longest, args).unwrap();
    waits_for_futex(child.pid());
    event.set();
    soon("the event", || got.get() == 1);
    waits_for_futex(child.pid());
    semaphore.release().unwrap();
    soon("the semaphore", || got.get() == 2);
    waits_for_futex(child.pid());
    drop(guard);
    assert_eq!(child.join_timeout(Duration::MAX).unwrap().map(|status| status.exitcode()), Some(0));
}

fn an_event_wakes_all() {
    let (event, woken) = (ProcessEvent::new().unwrap(), SharedValue::new(0).unwrap());
    let waiter = || Process::spawn(waits_for_the_event, (event.clone(), woken.clone())).unwrap();
    let waiters = [waiter(), waiter(), waiter()];
    waiters.iter().for_each(|waiter| waits_for_futex(waiter.pid()));
    assert!(!event.wait_timeout(Duration::ZERO) && !event.wait_timeout(A_MOMENT));
    event.set();
    event.set();
    waiters.iter().for_each(|waiter| assert!(waiter.join_timeout(SOON).unwrap().is_some()));
    assert_eq!(woken.get(), 3);
    event.clear();
    assert!(!event.is_set());
}

/// A waiter that only looks at the flag when it wakes would sleep on.
fn set_and_clear_wakes_those_who_waited() {
    for _ in 0..10 {
        let (event, woken) = (ProcessEvent::new().unwrap(), SharedValue::new(0).unwrap());
        let waiter = Process::spawn(waits_for_the_event, (event.clone(), woken.clone())).unwrap();
        waits_for_futex(waiter.pid());
        event.set();
        event.clear();
        assert!(waiter.join_timeout(SOON).unwrap().is_some());
    }
}

fn a_killed_waiter_disturbs_nobody() {
    let (event, woken) = (ProcessEvent::new().unwrap(), SharedValue::new(0).unwrap());
    let semaphore = ProcessSemaphore::new(0).unwrap();
    let waiter = || Process::spawn(waits_for_the_event, (event.clone(), woken.clone())).unwrap();
    let queued = || Process::spawn(acquires, (semaphore.clone(), woken.clone())).unwrap();
    let (dies, stays, also_dies, also_stays) = (waiter(), waiter(), queued(), queued());
    [&dies, &stays, &also_dies, &also_stays].iter().for_each(|waiter| waits_for_futex(waiter.pid()));
    for waiter in [&dies, &also_dies] {
        send_signal(waiter.pid(), Signal::KILL);
        waiter.join().unwrap();
    }
    event.set(); // CPython's waits here for the dead one
    semaphore.release().unwrap();
    for waiter in [&stays, &also_stays] {
        assert!(waiter.join_timeout(SOON).unwrap().is_some());
    }
    assert_eq!(woken.get(), 2);
}

fn a_semaphore_counts() {
    let semaphore = ProcessSemaphore::bounded(2).unwrap();
    assert!(semaphore.try_acquire() && semaphore.acquire_timeout(SOON));
    assert!(!semaphore.try_acquire() && !semaphore.acquire_timeout(A_MOMENT));
    let got = SharedValue::new(0).unwrap();
    let child = Process::spawn(acquires, (semaphore.clone(), got.clone())).unwrap();
    waits_for_futex(child.pid());
    assert_eq!(got.get(), 0);
    semaphore.release().unwrap();
    assert!(child.join_timeout(SOON).unwrap().is_some());
    semaphore.release().unwrap();
    assert_eq!(semaphore.value(), 1);
    semaphore.release().unwrap();
    assert!(semaphore.release().is_err());
    assert_eq!(semaphore.value(), 2); // unchanged
}
