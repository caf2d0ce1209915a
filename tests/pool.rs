//! What `netkit::pool::Pool` promises when all goes well, and when it is misused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::collections::HashSet;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use netkit::pool::{self, Pool};
use netkit::process::{self, Process, ProcessEvent, ProcessSemaphore, SharedValue};
use netkit::tasks;
use rustix::process::Signal;
use serde::{Deserialize, Serialize};

#[macro_use]
mod process_common;
use process_common::{A_MOMENT, SOON, children, descriptors, send_signal, soon};

fn square(n: i64) -> i64 {
    n * n
}

fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn no_arguments() -> String {
    "nothing".to_string()
}

fn worker() -> u32 {
    std::process::id()
}

/// Says that it runs, and ends when it is let.
fn waits(running: ProcessSemaphore, go_on: ProcessEvent) -> u32 {
    running.release().unwrap();
    go_on.wait();
    std::process::id()
}

fn echo(text: String) -> String {
    text
}

#[derive(Serialize, Deserialize)]
struct Settings {
    factor: i64,
    sum: SharedValue<i64>,
}

fn scaled(n: i64) -> i64 {
    let settings: &Settings = pool::context().unwrap();
    settings.sum.fetch_add(1).unwrap();
    assert!(pool::context::<String>().is_none());
    n * settings.factor
}

fn prepares(count: SharedValue<i32>) {
    count.fetch_add(1).unwrap();
}

fn not_listed(n: i64) -> i64 {
    n
}

fn main() -> ExitCode {
    process::init(tasks![square, add, no_arguments, worker, waits, echo, scaled, prepares,]);
    process_common::run(tests![
        apply_and_map,
        as_many_workers_as_cpus_without_a_number,
        map_makes_four_chunks_for_each_worker,
        imap_is_ordered_and_lazy,
        imap_unordered_gives_what_is_there,
        apply_async_does_not_wait,
        no_task_waits_behind_a_long_one,
        nor_while_a_new_worker_is_idle,
        context_and_initializer,
        workers_stay_or_are_replaced,
        close_finishes_terminate_does_not,
        what_is_refused,
        threads_share_it,
        descriptors_come_back,
    ])
}

fn apply_and_map() {
    let pool = Pool::new(3).unwrap();
    assert_eq!(pool.apply(square, 7).unwrap(), 49);
    assert_eq!(pool.apply(add, (1, 2)).unwrap(), 3);
    assert_eq!(pool.apply(no_arguments, ()).unwrap(), "nothing");
    let expected: Vec<i64> = (0..2000).map(square).collect();
    assert_eq!(pool.map(square, 0..2000).unwrap(), expected);
    for chunk_size in [1, 7, 64, 5000] {
        assert_eq!(pool.map_chunks(square, 0..2000, chunk_size).unwrap(), expected, "{chunk_size}");
    }
    assert_eq!(pool.map(add, [(1, 2), (3, 4)]).unwrap(), [3, 7]);
    assert!(pool.map(square, []).unwrap().is_empty());
    assert!(pool.map_async(square, []).unwrap().ready());
    assert_eq!(pool.map_async(square, 1..=3).unwrap().get().unwrap(), [1, 4, 9]);
    // More than the rings hold, and all at once.
    let many: Vec<_> = (0..20_000).map(|n| pool.apply_async(square, n).unwrap()).collect();
    assert!(many.iter().zip(0..).all(|(result, n)| result.get().unwrap() == n * n));
}

/// SEMANTICS 8.7, item 41.
fn as_many_workers_as_cpus_without_a_number() {
    let pool = Pool::builder().build().unwrap();
    let cpus = thread::available_parallelism().unwrap().get();
    assert_eq!((pool.workers(), pool.worker_pids().len()), (cpus, cpus));
}

/// SEMANTICS 8.7, item 43: a worker for each chunk shows how many there were.
fn map_makes_four_chunks_for_each_worker() {
    for (workers, items, chunks) in [(1, 8, 4), (1, 9, 3), (1, 3, 3), (2, 16, 8), (2, 17, 6)] {
        let pool = Pool::builder().workers(workers).max_tasks_per_child(1).build().unwrap();
        let pids: HashSet<u32> = pool.map(worker, vec![(); items]).unwrap().into_iter().collect();
        assert_eq!(pids.len(), chunks, "{items} items, {workers} workers");
    }
}

fn imap_is_ordered_and_lazy() {
    let pool = Pool::new(2).unwrap();
    assert!(pool.imap(square, [], 1).unwrap().next().is_none());
    assert!(pool.imap_unordered(square, [], 1).unwrap().next().is_none());
    for chunk_size in [1, 3] {
        let squares: Vec<i64> = pool.imap(square, 0..1000, chunk_size).unwrap().map(Result::unwrap).collect();
        assert_eq!(squares, (0..1000).map(square).collect::<Vec<_>>());
    }
    let first: Vec<i64> = pool.imap(square, 0.., 1).unwrap().take(5).map(Result::unwrap).collect();
    assert_eq!(first, [0, 1, 4, 9, 16]); // of an endless input
}

fn imap_unordered_gives_what_is_there() {
    let pool = Pool::new(2).unwrap();
    let sum: i64 = pool.imap_unordered(square, 0..1000, 3).unwrap().map(Result::unwrap).sum();
    assert_eq!(sum, (0..1000).map(square).sum::<i64>());
    let (running, go_on) = (ProcessSemaphore::new(0).unwrap(), ProcessEvent::new().unwrap());
    let open = ProcessEvent::new().unwrap();
    open.set();
    let tasks = [(running.clone(), go_on.clone()), (running.clone(), open.clone()), (running, open)];
    let mut results = pool.imap_unordered(waits, tasks, 1).unwrap();
    let free = [results.next().unwrap().unwrap(), results.next().unwrap().unwrap()];
    assert_eq!(free[0], free[1]); // the other one is still busy with the first
    go_on.set();
    assert_ne!(results.next().unwrap().unwrap(), free[0]);
    assert!(results.next().is_none());
}

fn apply_async_does_not_wait() {
    let pool = Pool::new(2).unwrap();
    let (running, go_on) = (ProcessSemaphore::new(0).unwrap(), ProcessEvent::new().unwrap());
    let results: Vec<_> =
        (0..6).map(|_| pool.apply_async(waits, (running.clone(), go_on.clone())).unwrap()).collect();
    // Here we are, though only two can run.
    assert!(running.acquire_timeout(SOON) && running.acquire_timeout(SOON));
    assert!(!running.acquire_timeout(A_MOMENT));
    assert!(results.iter().all(|result| !result.ready() && result.successful().is_none()));
    let error = results[0].get_timeout(A_MOMENT).unwrap_err();
    assert!(error.is_timeout() && std::io::Error::from(error).kind() == std::io::ErrorKind::TimedOut);
    assert!(!results[0].wait_timeout(Duration::ZERO));
    go_on.set();
    let by: HashSet<u32> = results.iter().map(|result| result.get_timeout(SOON).unwrap()).collect();
    assert!(by.len() <= 2 && by.iter().all(|pid| pool.worker_pids().contains(pid)));
    assert_eq!(results[5].successful(), Some(true));
}

fn no_task_waits_behind_a_long_one() {
    let pool = Pool::new(2).unwrap();
    for _ in 0..20 {
        let (running, go_on) = (ProcessSemaphore::new(0).unwrap(), ProcessEvent::new().unwrap());
        let long = pool.apply_async(waits, (running.clone(), go_on.clone())).unwrap();
        let short: Vec<_> = (0..50).map(|n| pool.apply_async(square, n).unwrap()).collect();
        let worker_of_short = pool.apply_async(worker, ()).unwrap();
        assert!(running.acquire_timeout(SOON));
        for result in &short {
            result.get_timeout(SOON).expect("it waits behind the long one");
        }
        worker_of_short.get_timeout(SOON).unwrap();
        assert!(!long.ready());
        go_on.set();
        assert_ne!(long.get_timeout(SOON).unwrap(), worker_of_short.get().unwrap());
    }
}

/// Two long tasks, and one that waits: when one worker is killed, the next one in its place takes that.
fn nor_while_a_new_worker_is_idle() {
    for victim in 0..2 {
        let pool = Pool::new(2).unwrap();
        let (running, never) = (ProcessSemaphore::new(0).unwrap(), ProcessEvent::new().unwrap());
        let long = [(); 2].map(|()| pool.apply_async(waits, (running.clone(), never.clone())).unwrap());
        assert!(running.acquire_timeout(SOON) && running.acquire_timeout(SOON));
        let waiting = pool.apply_async(square, 3).unwrap();
        send_signal(pool.worker_pids()[victim], Signal::KILL);
        assert_eq!(waiting.get_timeout(SOON).expect("a worker is idle"), 9);
        soon("the killed one's task is lost", || long.iter().filter(|result| result.ready()).count() == 1);
    }
}

fn context_and_initializer() {
    let (prepared, sum) = (SharedValue::new(0).unwrap(), SharedValue::new(0).unwrap());
    let settings = Settings { factor: 3, sum: sum.clone() };
    let pool = Pool::builder().workers(3).initializer(prepares, prepared.clone()).context(&settings).build();
    let pool = pool.unwrap();
    assert_eq!(prepared.get(), 3);
    assert_eq!(pool.map_chunks(scaled, 0..30, 1).unwrap(), (0..30).map(|n| 3 * n).collect::<Vec<_>>());
    assert_eq!(sum.get(), 30);
    assert!(pool::context::<Settings>().is_none()); // not here
}

fn workers_stay_or_are_replaced() {
    let pool = Pool::new(2).unwrap();
    let pids: HashSet<u32> = (0..100).map(|_| pool.apply(worker, ()).unwrap()).collect();
    assert!(pids.is_subset(&pool.worker_pids().into_iter().collect()));
    drop(pool);
    for (chunk_size, fewest) in [(1, 6), (3, 2)] {
        let pool = Pool::builder().workers(1).max_tasks_per_child(1).build().unwrap();
        let pids = pool.map_chunks(worker, [(); 6], chunk_size).unwrap();
        assert_eq!(pids.into_iter().collect::<HashSet<u32>>().len(), fewest); // a chunk is one task
        pool.close();
        pool.join().unwrap();
        assert!(children().is_empty());
    }
}

fn close_finishes_terminate_does_not() {
    let pool = Pool::new(2).unwrap();
    let results: Vec<_> = (0..100).map(|n| pool.apply_async(square, n).unwrap()).collect();
    assert!(pool.join().unwrap_err().is_refused());
    pool.close();
    pool.close();
    assert!(pool.apply(square, 1).unwrap_err().is_refused());
    pool.join().unwrap();
    assert!(results.iter().all(|result| result.ready() && result.successful() == Some(true)));
    assert!(children().is_empty());
    pool.join().unwrap();

    let (pool, go_on) = (Pool::new(2).unwrap(), ProcessEvent::new().unwrap());
    let running = ProcessSemaphore::new(0).unwrap();
    let results: Vec<_> =
        (0..10).map(|_| pool.apply_async(waits, (running.clone(), go_on.clone())).unwrap()).collect();
    assert!(running.acquire_timeout(SOON));
    pool.close();
    pool.terminate();
    pool.join().unwrap();
    assert!(results.iter().all(|result| result.try_get().unwrap_err().is_cancelled()));
    assert!(pool.apply(square, 1).unwrap_err().is_refused());
    assert!(children().is_empty());
}

fn what_is_refused() {
    assert_eq!(Pool::new(0).unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    assert!(Pool::builder().workers(1).max_tasks_per_child(0).build().is_err());
    let pool = Pool::new(1).unwrap();
    assert!(pool.map_chunks(square, [1], 0).unwrap_err().is_refused());
    assert!(pool.imap(square, [1], 0).is_err() && pool.imap_unordered(square, [1], 0).is_err());
    let error = pool.apply(not_listed, 1).unwrap_err();
    assert!(error.is_refused() && error.to_string().contains("pool::not_listed"), "{error}");
    let unlisted = Pool::builder().workers(1).initializer(not_listed, 1).build();
    assert_eq!(unlisted.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

fn threads_share_it() {
    let pool = Pool::new(2).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..300).for_each(|n| assert_eq!(pool.apply(square, n).unwrap(), n * n)));
        }
        scope.spawn(|| {
            (0..5).for_each(|_| assert_eq!(pool.map_chunks(square, 0..500, 1).unwrap().len(), 500))
        });
    });
}

fn descriptors_come_back() {
    let round = || {
        let pool = Pool::builder().workers(2).max_tasks_per_child(2).build().unwrap();
        pool.map_chunks(echo, (0..10).map(|n| "x".repeat(n * 9000)), 1).unwrap();
        pool.close();
        pool.join().unwrap();
    };
    round();
    let before = (descriptors(), lab::proc::threads(std::process::id()).unwrap());
    (0..3).for_each(|_| round());
    assert_eq!((descriptors(), lab::proc::threads(std::process::id()).unwrap()), before);
    assert!(Process::fork(|| ()).is_ok()); // one thread again
}
