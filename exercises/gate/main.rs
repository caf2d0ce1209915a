//! gate: threads wait for an event. The task is in README.md; `cargo lab check gate` looks at it.

use std::{io, thread};

/// Closed at first. Threads wait at it until somebody opens it.
struct Gate {
    // TODO: what do those who wait look at, and what wakes them? (Mutex, Condvar)
}

impl Gate {
    fn wait(&self) {
        // TODO: return when the gate is open, and not before
    }

    fn open(&self) {}
}

fn main() -> io::Result<()> {
    let count = std::env::args().skip_while(|word| word != "--count").nth(1);
    let count: u32 = count.and_then(|word| word.parse().ok()).unwrap_or(10);
    let gate = Gate {};
    thread::scope(|scope| {
        let gate = &gate;
        for number in 0..count {
            scope.spawn(move || {
                println!("start,{number}");
                if number % 2 == 0 {
                    gate.wait();
                }
                println!("execute {number}");
            });
        }
        let asked = ask();
        gate.open();
        // It comes when all is over, and waits like the others.
        scope.spawn(move || {
            gate.wait();
            println!("execute late");
        });
        asked
    })
}

/// Reads lines until one says `true`.
fn ask() -> io::Result<()> {
    // TODO: other lines? And what if the input ends?
    io::stdin().read_line(&mut String::new())?;
    println!("open");
    Ok(())
}
