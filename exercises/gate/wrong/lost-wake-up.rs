//! caught by: late
//! says: before it came
//! deadline: 3
//! The mistake: a condition remembers nothing. Who begins to wait after the notification sleeps for ever.

use std::sync::{Condvar, Mutex, PoisonError};
use std::{io, thread};

#[derive(Default)]
struct Gate {
    lock: Mutex<()>,
    opened: Condvar,
}

impl Gate {
    fn wait(&self) {
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.opened.wait(guard));
    }

    fn open(&self) {
        drop(self.lock.lock());
        self.opened.notify_all();
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
