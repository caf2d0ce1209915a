//! caught by: asleep
//! says: looks again and again
//! deadline: 8
//! The mistake: a loop that looks at a flag takes a whole CPU for each thread that waits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::{io, thread};

#[derive(Default)]
struct Gate {
    is_open: AtomicBool,
}

impl Gate {
    fn wait(&self) {
        while !self.is_open.load(Ordering::Acquire) {
            thread::yield_now();
        }
    }

    fn open(&self) {
        self.is_open.store(true, Ordering::Release);
    }
}

fn main() -> io::Result<()> {
    let count = std::env::args().skip_while(|word| word != "--count").nth(1);
    let count: u32 = count.and_then(|word| word.parse().ok()).unwrap_or(10);
    let gate = Gate::default();
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
        gate.open(); // whatever was asked, an error included: nobody is left waiting
        scope.spawn(move || {
            gate.wait();
            println!("execute late");
        });
        asked
    })
}

fn ask() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        if line == "true" {
            println!("open");
            return Ok(());
        }
        println!("still closed: {line}");
    }
    println!("end of input\nopen");
    Ok(())
}
