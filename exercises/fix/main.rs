//! fix: three cures for a lost update. The task is in README.md; `cargo lab check fix` looks at it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

fn main() {
    let mut words = std::env::args().skip(1);
    let way = words.next().unwrap_or_default();
    let (mut threads, mut sleep) = (10, 100);
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        match (option.as_str(), value.parse()) {
            ("--threads", Ok(value)) => threads = value,
            ("--sleep", Ok(value)) => sleep = value,
            _ => eprintln!("fix: {option} {value} is not understood"),
        }
    }
    let nap = Duration::from_millis(sleep);
    let total = match way.as_str() {
        "mutex" => broken(threads, nap),   // TODO: cure it with a Mutex
        "atomic" => broken(threads, nap),  // TODO: with one step of an atomic
        "channel" => broken(threads, nap), // TODO: with a channel; the numbers are added by whoever receives them
        _ => return eprintln!("fix: say mutex, atomic or channel"),
    };
    println!("total {total}");
}

/// Thread `number` adds its number. What the others add meanwhile is lost.
fn broken(threads: u64, nap: Duration) -> u64 {
    let total = AtomicU64::new(0);
    thread::scope(|scope| {
        for number in 1..=threads {
            let total = &total;
            scope.spawn(move || {
                let seen = total.load(Ordering::Relaxed);
                work(number, nap);
                total.store(seen + number, Ordering::Relaxed);
            });
        }
    });
    total.into_inner()
}

/// What a thread does besides: it takes its time.
fn work(number: u64, nap: Duration) {
    println!("{number} sleeps");
    thread::sleep(nap);
    println!("{number} woke");
}
