//! Threads that add to one number under one lock, as fast as they can: `--lock NAME --threads N`.

use std::cell::Cell;
use std::hint::black_box;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use benches::inside::{measure, number_argument};
use netkit::sync::ReentrantLock;

fn main() -> io::Result<()> {
    let threads = number_argument("--threads");
    match benches::argument("--lock").as_deref() {
        Some("netkit") => {
            let lock = ReentrantLock::new(Cell::new(0));
            run(threads, || {
                if let Ok(guard) = lock.lock() {
                    guard.set(guard.get() + 1);
                }
            })
        }
        Some("parking_lot") => {
            let lock = parking_lot::ReentrantMutex::new(Cell::new(0));
            run(threads, || {
                let guard = lock.lock();
                guard.set(guard.get() + 1);
            })
        }
        Some("std") => {
            let lock = std::sync::Mutex::new(0);
            run(threads, || {
                if let Ok(mut guard) = lock.lock() {
                    *guard += 1;
                }
            })
        }
        other => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("no lock {other:?}"))),
    }
}

fn run(threads: usize, add: impl Fn() + Sync) -> io::Result<()> {
    measure(threads, |_, over: &AtomicBool| {
        let mut count = 0;
        while !over.load(Ordering::Relaxed) {
            for _ in 0..64 {
                black_box(&add)();
            }
            count += 64;
        }
        count
    })
}
