//! caught by: held
//! says: sleeps for a fixed time
//! The mistake: a long sleep in place of a meeting. No time is long enough on every machine.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

fn main() -> io::Result<()> {
    let start = std::env::args().skip_while(|word| word != "--start").nth(1);
    let start: u64 = start.and_then(|word| word.parse().ok()).unwrap_or(7);
    let number = AtomicU64::new(start);
    thread::scope(|scope| {
        for name in ["one", "two"] {
            let number = &number;
            scope.spawn(move || {
                let seen = number.load(Ordering::Relaxed);
                println!("{name}: load {seen}");
                thread::sleep(Duration::from_secs(2));
                number.store(seen + 1, Ordering::Relaxed);
                println!("{name}: store {}", seen + 1);
            });
        }
        io::stdin().read_line(&mut String::new())
    })?;
    let end = number.into_inner();
    println!("{start} + 1 + 1 = {end}: {} lost", start + 2 - end);
    Ok(())
}
