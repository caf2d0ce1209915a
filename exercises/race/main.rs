//! race: lose an update on every run. The task is in README.md; `cargo lab check race` looks at it.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn main() -> io::Result<()> {
    // The word behind --start, or a default.
    let start = std::env::args().skip_while(|word| word != "--start").nth(1);
    let start: u64 = start.and_then(|word| word.parse().ok()).unwrap_or(7);
    let number = AtomicU64::new(start);
    thread::scope(|scope| {
        for name in ["one", "two"] {
            let number = &number;
            scope.spawn(move || {
                let seen = number.load(Ordering::Relaxed);
                println!("{name}: load {seen}");
                // TODO: who makes sure that the other thread has loaded, too, and that somebody has pressed Enter?
                number.store(seen + 1, Ordering::Relaxed);
                println!("{name}: store {}", seen + 1);
            });
        }
    });
    // TODO: wait for a line here? All is over by now.
    io::stdin().read_line(&mut String::new())?;
    let end = number.into_inner();
    println!("{start} + 1 + 1 = {end}: {} lost", start + 2 - end);
    Ok(())
}
