//! gate, solved: a flag under a lock says whether to wait, and a condition is what one sleeps on.

use std::sync::{Condvar, Mutex, PoisonError};
use std::{io, thread};

/// A flag to look at, and a condition to sleep on until it has changed.
#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// Who comes after the opening does not wait, and who is woken for no reason waits on: the flag decides.
    fn wait(&self) {
        let mut is_open = self.is_open.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_open {
            is_open = self.opened.wait(is_open).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn open(&self) {
        *self.is_open.lock().unwrap_or_else(PoisonError::into_inner) = true;
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

/// Reads lines until one says `true`. After the end of the input nobody can open the gate any more, so that opens it too.
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
