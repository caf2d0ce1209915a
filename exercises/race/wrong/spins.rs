//! caught by: held
//! says: looks again and again
//! deadline: 8
//! The mistake: it does lose the update, but whoever waits takes a whole CPU to look at a flag.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn main() -> io::Result<()> {
    let start = std::env::args().skip_while(|word| word != "--start").nth(1);
    let start: u64 = start.and_then(|word| word.parse().ok()).unwrap_or(7);
    let number = AtomicU64::new(start);
    let arrived = AtomicU64::new(0);
    thread::scope(|scope| {
        for name in ["one", "two"] {
            let (number, arrived) = (&number, &arrived);
            scope.spawn(move || {
                let seen = number.load(Ordering::Relaxed);
                println!("{name}: load {seen}");
                arrived.fetch_add(1, Ordering::SeqCst);
                while arrived.load(Ordering::SeqCst) < 3 {
                    thread::yield_now();
                }
                number.store(seen + 1, Ordering::Relaxed);
                println!("{name}: store {}", seen + 1);
            });
        }
        let typed = io::stdin().read_line(&mut String::new());
        arrived.fetch_add(1, Ordering::SeqCst);
        typed
    })?;
    let end = number.into_inner();
    println!("{start} + 1 + 1 = {end}: {} lost", start + 2 - end);
    Ok(())
}
