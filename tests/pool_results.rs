//! What `netkit::pool` promises of results, callbacks and what can be sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::Duration;

use netkit::pool::Pool;
use netkit::process::{self, Descriptor, ProcessEvent, ProcessSemaphore, SharedArray, SharedValue};
use netkit::tasks;

#[macro_use]
mod process_common;
use process_common::{A_MOMENT, SOON, children, descriptors, soon};

fn square(n: i64) -> i64 {
    n * n
}

fn echo(text: String) -> String {
    text
}

fn panics_at(n: i64, bad: i64) -> i64 {
    assert!(n != bad, "{n} is bad");
    n
}

/// The first of them panics last.
fn panics_late(n: i64, running: ProcessSemaphore, go_on: ProcessEvent) {
    running.release().unwrap();
    if n == 0 {
        go_on.wait();
    }
    assert!(n > 1, "{n} is bad");
}

fn fill(array: SharedArray<i32>, at: usize) -> SharedArray<i32> {
    array.set(at, 100 + at as i32).unwrap();
    array
}

fn open_pipe() -> (Descriptor, Descriptor) {
    let (reader, writer) = std::io::pipe().unwrap();
    (Descriptor(reader.into()), Descriptor(writer.into()))
}

fn main() -> ExitCode {
    process::init(tasks![square, echo, panics_at, panics_late, fill, open_pipe]);
    process_common::run(tests![
        a_result_can_be_asked_often,
        exactly_one_callback_before_ready,
        a_callback_that_panics_harms_nobody,
        a_callback_cannot_wait,
        an_error_is_one_items,
        map_waits_for_all_and_tells_the_first_error,
        an_input_that_panics_is_its_callers_panic,
        join_comes_back_before_the_results_are_taken,
        descriptors_are_arguments_and_results,
        long_arguments_and_results
    ])
}

fn a_result_can_be_asked_often() {
    let pool = Pool::new(1).unwrap();
    let good = pool.apply_async(echo, "text".to_string()).unwrap();
    let bad = pool.apply_async(panics_at, (1, 1)).unwrap();
    for _ in 0..3 {
        assert_eq!(good.get().unwrap(), "text");
        assert!(bad.get().unwrap_err().is_panic());
    }
    assert_eq!((good.successful(), bad.successful()), (Some(true), Some(false)));
    drop(pool);
    assert_eq!(good.get().unwrap(), "text"); // it has outlived the pool
}

fn exactly_one_callback_before_ready() {
    let pool = Pool::new(2).unwrap();
    for n in 0..50 {
        let (said, heard) = channel();
        let also = said.clone();
        let (hold, held) = channel::<()>();
        let result = pool
            .apply_async_with(
                panics_at,
                (n, if n % 2 == 0 { n } else { -1 }),
                move |value| {
                    said.send(Ok(value)).unwrap();
                    held.recv().unwrap_err(); // until the test lets go
                },
                move |error| also.send(Err(error)).unwrap(),
            )
            .unwrap();
        let outcome = heard.recv_timeout(SOON).unwrap();
        if n % 2 == 1 {
            assert!(!result.ready() && !result.wait_timeout(Duration::from_millis(1)));
        }
        drop(hold);
        assert!(result.wait_timeout(SOON));
        match outcome {
            Ok(value) => assert_eq!(value, n),
            Err(error) => assert!(n % 2 == 0 && error.is_panic()),
        }
        assert!(heard.recv().is_err()); // and nothing else
    }
}

fn a_callback_that_panics_harms_nobody() {
    let pool = Pool::new(1).unwrap();
    let result = pool.apply_async_with(square, 3, |_| panic!("in the callback"), |_| ()).unwrap();
    assert_eq!(result.get_timeout(SOON).unwrap(), 9);
    assert!(result.callback_panic().unwrap().contains("in the callback"));
    assert_eq!(pool.apply_async(square, 4).unwrap().get_timeout(SOON).unwrap(), 16);
}

fn a_callback_cannot_wait() {
    let pool = std::sync::Arc::new(Pool::new(1).unwrap());
    let (said, heard) = channel();
    let inner = std::sync::Arc::clone(&pool);
    let result = pool
        .apply_async_with(
            square,
            3,
            move |_| {
                let waited = inner.apply(square, 4).unwrap_err();
                inner.close();
                said.send((waited, inner.join().unwrap_err())).unwrap();
            },
            |_| (),
        )
        .unwrap();
    let (waited, joined) = heard.recv_timeout(SOON).expect("it waits for ever");
    assert!(waited.is_refused() && joined.is_refused());
    assert_eq!(result.get_timeout(SOON).unwrap(), 9);
    pool.join().unwrap();
}

fn an_error_is_one_items() {
    let pool = Pool::new(2).unwrap();
    for chunk_size in [1, 4, 100] {
        let items = (0..20).map(|n| (n, 7));
        let error = pool.map_chunks(panics_at, items.clone(), chunk_size).unwrap_err();
        assert!(error.is_panic(), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("7 is bad")
                && text.contains("tests/pool_results.rs:")
                && text.contains("panics_at"),
            "{text}"
        );
        let each: Vec<_> = pool.imap(panics_at, items, chunk_size).unwrap().collect();
        assert!(each.iter().zip(0..).all(|(item, n)| match item {
            Ok(value) => *value == n,
            Err(error) => n == 7 && error.is_panic(),
        }));
        assert_eq!(each.len(), 20);
    }
}

/// SEMANTICS 8.7, item 44.
fn map_waits_for_all_and_tells_the_first_error() {
    let pool = Pool::new(2).unwrap();
    let (running, go_on) = (ProcessSemaphore::new(0).unwrap(), ProcessEvent::new().unwrap());
    let items = (0..4).map(|n| (n, running.clone(), go_on.clone()));
    let result = pool.map_chunks_async(panics_late, items, 1).unwrap();
    // All have begun, so the second one has failed: its worker did the others, or the first one's never will.
    (0..4).for_each(|_| assert!(running.acquire_timeout(SOON)));
    assert!(result.get_timeout(A_MOMENT).unwrap_err().is_timeout() && result.successful().is_none());
    go_on.set();
    let error = result.get_timeout(SOON).unwrap_err();
    assert!(error.is_panic() && error.to_string().contains("0 is bad"), "{error}");
}

/// SEMANTICS 8.7, item 44: here the input runs in its caller, and so does its panic.
fn an_input_that_panics_is_its_callers_panic() {
    let pool = Pool::new(1).unwrap();
    let value = SharedValue::new(1).unwrap();
    let before = descriptors();
    for chunk_size in [1, 50] {
        let input = || (0..).inspect(|n| assert!(*n < 200, "no more"));
        let map = || pool.map_chunks(square, input(), chunk_size).map(drop);
        assert!(catch_unwind(AssertUnwindSafe(map)).is_err());
        let imap = || pool.imap(square, input(), chunk_size).unwrap().for_each(|item| assert!(item.is_ok()));
        assert!(catch_unwind(AssertUnwindSafe(imap)).is_err());
        assert_eq!(pool.map(square, 0..100).unwrap().len(), 100);
    }
    // Nothing travels any more: a descriptor has nowhere to go.
    assert!(serde_json::to_string(&value).is_err());
    soon("what was sent is done", || descriptors() == before);
    pool.close();
    pool.join().unwrap();
}

/// SEMANTICS 8.3, item 22: in Python who joins before the queue is empty waits for ever.
fn join_comes_back_before_the_results_are_taken() {
    let pool = Pool::new(2).unwrap();
    let texts = (0..40).map(|n| "x".repeat(n * 10_000)).chain((0..5000).map(|_| "short".to_string()));
    let results: Vec<_> = texts.map(|text| pool.apply_async(echo, text).unwrap()).collect();
    pool.close();
    pool.join().unwrap();
    assert!(children().is_empty());
    let length = |at: usize| results[at].try_get().unwrap().len();
    assert!((0..40).all(|at| length(at) == at * 10_000) && (40..5040).all(|at| length(at) == 5));
}

fn descriptors_are_arguments_and_results() {
    let pool = Pool::new(2).unwrap();
    let array = SharedArray::new(20).unwrap();
    let same = pool.map_chunks(fill, (0..20).map(|at| (array.clone(), at)), 3).unwrap();
    let expected: Vec<i32> = (100..120).collect();
    assert!(array.to_vec() == expected && same.iter().all(|array| array.to_vec() == expected));
    let result = pool.apply_async(open_pipe, ()).unwrap();
    for _ in 0..2 {
        let (reader, writer) = result.get().unwrap();
        std::fs::File::from(writer.0).write_all(b"x").unwrap();
        let mut byte = [0];
        std::fs::File::from(reader.0).read_exact(&mut byte).unwrap();
        assert_eq!(&byte, b"x");
    }
}

fn long_arguments_and_results() {
    let pool = Pool::new(2).unwrap();
    for length in [0, 1, 16_000, 16_383, 16_384, 16_385, 65_536, 70_000, 20_000_000] {
        assert_eq!(pool.apply(echo, "x".repeat(length)).unwrap().len(), length, "{length}");
    }
    // Long and short ones, many at once.
    let texts: Vec<String> = (0..300).map(|n| "y".repeat(n * n)).collect();
    assert_eq!(pool.map_chunks(echo, texts.clone(), 1).unwrap(), texts);
    assert_eq!(pool.map_chunks(echo, texts.clone(), 50).unwrap(), texts);
}
