//! What `netkit::pool` says of what cannot be sent, and of initializers that fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use netkit::pool::Pool;
use netkit::process::{self, SharedValue};
use netkit::tasks;
use rustix::process::Signal;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[macro_use]
mod process_common;
use process_common::{SOON, children, send_signal};

fn square(n: i64) -> i64 {
    n * n
}

fn ends(how: String) {
    match how.as_str() {
        "exit" => process::exit(3),
        _ => send_signal(std::process::id(), Signal::KILL),
    }
}

/// Refuses one of the two ways.
struct Stubborn(bool);

impl Serialize for Stubborn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 { Err(S::Error::custom("not me")) } else { 0u8.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for Stubborn {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("not me"))
    }
}

/// Panics on its way: there, when it is written or when it is read; or here.
struct Bomb(bool);

impl Serialize for Bomb {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        assert!(!self.0, "boom");
        0u8.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Bomb {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("boom")
    }
}

/// One run of bytes: quick to serialise.
#[derive(Deserialize)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

fn takes_stubborn(_: Stubborn) {}

fn returns_stubborn(refuses: bool) -> Stubborn {
    Stubborn(refuses)
}

fn takes_bomb(_: Bomb) {}

fn returns_bomb(when_written: bool) -> Bomb {
    Bomb(when_written)
}

fn returns_too_much() -> Bytes {
    Bytes(vec![0; 1 << 28])
}

fn too_many_descriptors(count: usize) -> Vec<SharedValue<u8>> {
    let value = SharedValue::new(7).unwrap();
    vec![value; count]
}

fn initializer_fails(attempts: SharedValue<i32>, from: i32) {
    assert!(attempts.fetch_add(1).unwrap() < from, "no licence");
}

fn own_pool(n: i64) -> i64 {
    Pool::new(2).unwrap().map(square, 0..n).unwrap().iter().sum()
}

fn main() -> ExitCode {
    process::init(tasks![
        square,
        ends,
        takes_stubborn,
        returns_stubborn,
        takes_bomb,
        returns_bomb,
        returns_too_much,
        too_many_descriptors,
        initializer_fails,
        own_pool
    ]);
    process_common::run(tests![
        what_cannot_be_serialised_is_an_error,
        what_panics_on_its_way_costs_one_task,
        too_much_is_an_error,
        close_and_join_after_a_lost_task,
        a_failing_initializer_fails_the_pool,
        an_initializer_that_fails_later_gives_up,
        a_pool_in_a_worker
    ])
}

fn what_cannot_be_serialised_is_an_error() {
    let pool = Pool::new(1).unwrap();
    let worker = pool.worker_pids();
    let error = pool.apply(takes_stubborn, Stubborn(true)).unwrap_err(); // here
    assert!(error.is_unserializable() && error.to_string().contains("takes_stubborn"), "{error}");
    let error = pool.apply(takes_stubborn, Stubborn(false)).unwrap_err(); // there
    assert!(error.is_unserializable(), "{error}");
    let error = pool.map_chunks(takes_stubborn, (0..3).map(|_| Stubborn(false)), 3).unwrap_err();
    assert!(error.is_unserializable(), "{error}");
    let error = pool.apply(returns_stubborn, true).map(drop).unwrap_err(); // there, coming back
    assert!(error.is_unserializable(), "{error}");
    let error = pool.apply(returns_stubborn, false).map(drop).unwrap_err(); // here, coming back
    assert!(error.is_unserializable(), "{error}");
    assert_eq!(pool.apply(square, 3).unwrap(), 9);
    assert_eq!(pool.worker_pids(), worker);
}

/// SEMANTICS 8.7, item 53: Python's result thread dies of what cannot be read, and all wait for ever.
fn what_panics_on_its_way_costs_one_task() {
    let pool = Pool::new(1).unwrap();
    let worker = pool.worker_pids();
    let error = pool.apply(takes_bomb, Bomb(false)).unwrap_err(); // there
    assert!(error.is_unserializable() && error.to_string().contains("boom"), "{error}");
    let error = pool.map_chunks(takes_bomb, (0..3).map(|_| Bomb(false)), 3).unwrap_err();
    assert!(error.is_unserializable(), "{error}");
    let error = pool.apply(returns_bomb, true).map(drop).unwrap_err(); // there, coming back
    assert!(error.is_panic() && error.to_string().contains("boom"), "{error}");
    // Here it is the panic of whoever asks, and not that of the thread that brings results.
    let asks = || pool.apply(returns_bomb, false).map(drop);
    assert!(catch_unwind(AssertUnwindSafe(asks)).is_err());
    let result = pool.apply_async_with(returns_bomb, false, drop, drop).unwrap();
    assert!(result.wait_timeout(SOON));
    assert!(result.callback_panic().unwrap().contains("boom"));
    assert_eq!(pool.apply_async(square, 3).unwrap().get_timeout(SOON).unwrap(), 9);
    assert_eq!(pool.worker_pids(), worker);
    pool.close();
    pool.join().unwrap();
}

/// SEMANTICS 8.7, item 50: there, close and join wait for the lost one.
fn close_and_join_after_a_lost_task() {
    for how in ["exit", "kill"] {
        let pool = Pool::new(2).unwrap();
        let lost = pool.apply_async(ends, how.to_string()).unwrap();
        let others: Vec<_> = (0..50).map(|n| pool.apply_async(square, n).unwrap()).collect();
        pool.close();
        pool.join().unwrap();
        assert!(lost.try_get().unwrap_err().is_lost(), "{how}");
        assert!(others.iter().zip(0..).all(|(result, n)| result.try_get().unwrap() == n * n), "{how}");
        assert!(children().is_empty());
    }
}

fn too_much_is_an_error() {
    let pool = Pool::new(1).unwrap();
    let worker = pool.worker_pids();
    assert!(pool.apply(returns_too_much, ()).map(|bytes| bytes.0).unwrap_err().is_unserializable());
    assert_eq!(pool.apply(too_many_descriptors, 252).unwrap().len(), 252);
    let error = pool.apply(too_many_descriptors, 253).unwrap_err();
    assert!(error.is_unserializable() && error.to_string().contains("252"), "{error}");
    assert_eq!(pool.apply(square, 3).unwrap(), 9);
    assert_eq!(pool.worker_pids(), worker);
}

fn a_failing_initializer_fails_the_pool() {
    let attempts = SharedValue::new(0).unwrap();
    let error = Pool::builder().workers(3).initializer(initializer_fails, (attempts.clone(), 0)).build();
    let error = error.unwrap_err();
    assert!(error.to_string().contains("no licence"), "{error}");
    assert!(attempts.get() <= 3); // not again and again
    assert!(children().is_empty());
    let error = Pool::builder().workers(1).initializer(ends, "exit".to_string()).build().unwrap_err();
    assert!(error.to_string().contains("exited with code 3"), "{error}");
}

fn an_initializer_that_fails_later_gives_up() {
    let attempts = SharedValue::new(0).unwrap();
    let pool =
        Pool::builder().workers(1).initializer(initializer_fails, (attempts.clone(), 1)).build().unwrap();
    let lost = pool.apply_async(ends, "kill".to_string()).unwrap();
    let behind = pool.apply_async(square, 3).unwrap();
    assert!(lost.get_timeout(SOON).unwrap_err().is_lost());
    let error = behind.get_timeout(SOON).unwrap_err();
    assert!(error.is_refused() && error.to_string().contains("no licence"), "{error}");
    assert!(pool.apply(square, 3).unwrap_err().is_refused());
    assert_eq!(attempts.get(), 1 + 3);
    pool.close();
    pool.join().unwrap();
}

fn a_pool_in_a_worker() {
    let pool = Pool::new(2).unwrap();
    assert_eq!(pool.map(own_pool, [10, 20]).unwrap(), [285, 2470]);
}
