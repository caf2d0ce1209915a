//! caught by: atomic
//! says: lost
//! The mistake: each step is atomic, and together they are two. What others add between them is overwritten.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
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
        "mutex" => with_a_mutex(threads, nap),
        "atomic" => with_an_atomic(threads, nap),
        "channel" => with_a_channel(threads, nap),
        _ => return eprintln!("fix: say mutex, atomic or channel"),
    };
    println!("total {total}");
}

/// One thread at a time adds. None of them sleeps while it has the lock.
fn with_a_mutex(threads: u64, nap: Duration) -> u64 {
    let total = Mutex::new(0);
    thread::scope(|scope| {
        for number in 1..=threads {
            let total = &total;
            scope.spawn(move || {
                work(number, nap);
                // A thread that panicked with the lock would have left a number that is right all the same.
                *total.lock().unwrap_or_else(PoisonError::into_inner) += number;
            });
        }
    });
    total.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn with_an_atomic(threads: u64, nap: Duration) -> u64 {
    let total = AtomicU64::new(0);
    thread::scope(|scope| {
        for number in 1..=threads {
            let total = &total;
            scope.spawn(move || {
                let seen = total.load(Ordering::SeqCst);
                work(number, nap);
                total.store(seen + number, Ordering::SeqCst);
            });
        }
    });
    total.into_inner()
}

/// Nobody shares the total: it has one owner, and the others send.
fn with_a_channel(threads: u64, nap: Duration) -> u64 {
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for number in 1..=threads {
            let sender = sender.clone();
            scope.spawn(move || {
                work(number, nap);
                // It fails when nobody receives any more; here somebody does.
                let _ = sender.send(number);
            });
        }
        drop(sender); // the sum is complete when nobody can send any more, main included
        receiver.iter().sum()
    })
}

/// What a thread does besides: it takes its time.
fn work(number: u64, nap: Duration) {
    println!("{number} sleeps");
    thread::sleep(nap);
    println!("{number} woke");
}
