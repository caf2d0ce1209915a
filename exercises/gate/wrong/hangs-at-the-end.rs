//! caught by: end-of-input
//! says: end of the input
//! deadline: 3
//! The mistake: after the end of the input nobody will open the gate, and the threads wait on.

use std::sync::{Condvar, Mutex, PoisonError};
use std::{io, thread};

#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
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
        if matches!(asked, Ok(true)) {
            gate.open();
        }
        scope.spawn(move || {
            gate.wait();
            println!("execute late");
        });
        asked.map(drop)
    })
}

fn ask() -> io::Result<bool> {
    for line in io::stdin().lines() {
        let line = line?;
        if line == "true" {
            println!("open");
            return Ok(true);
        }
        println!("still closed: {line}");
    }
    println!("end of input");
    Ok(false)
}
