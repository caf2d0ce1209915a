//! caught by: processes
//! says: it is a thread, not a process
//! The mistake: threads in place of processes, which share all memory without further ado.

use std::io;
use std::sync::Mutex;
use std::thread;

fn main() -> io::Result<()> {
    let count = std::env::args().skip_while(|word| word != "--count").nth(1);
    let count = count.map_or(Ok(10), |count| count.parse::<u32>()).map_err(io::Error::other)?;
    let counter = Mutex::new(11);
    thread::scope(|scope| {
        for _ in 0..count {
            scope.spawn(|| {
                let Ok(mut counter) = counter.lock() else { return };
                println!("pid {} read {counter}", std::process::id());
                let _ = io::stdin().read_line(&mut String::new());
                *counter += 1;
            });
        }
    });
    println!("counter {}", counter.lock().map_err(|_| io::Error::other("poisoned"))?);
    Ok(())
}
