//! race, solved: nobody stores before both have loaded, because all meet in between.

use std::io;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn main() -> io::Result<()> {
    let start = std::env::args().skip_while(|word| word != "--start").nth(1);
    let start: u64 = start.and_then(|word| word.parse().ok()).unwrap_or(7);
    let number = AtomicU64::new(start);
    // Both threads, and main, which comes when Enter was pressed.
    let meeting = Barrier::new(3);
    let typed = thread::scope(|scope| {
        for name in ["one", "two"] {
            let (number, meeting) = (&number, &meeting);
            scope.spawn(move || {
                let seen = number.load(Ordering::Relaxed);
                println!("{name}: load {seen}");
                meeting.wait(); // the other one has seen the same number
                number.store(seen + 1, Ordering::Relaxed); // so both store the same
                println!("{name}: store {}", seen + 1);
            });
        }
        // Whatever it was, an error included: without main at the meeting the two would wait for ever.
        let typed = io::stdin().read_line(&mut String::new());
        meeting.wait();
        typed
    });
    let end = number.into_inner();
    println!("{start} + 1 + 1 = {end}: {} lost", start + 2 - end);
    typed.map(drop)
}
