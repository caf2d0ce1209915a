//! caught by: own-process
//! says: it is a thread, not a process
//! The mistake: threads live in one process, and the list is the same for all of them.

use std::io;
use std::sync::Mutex;
use std::thread;

fn main() -> io::Result<()> {
    let count = std::env::args().skip_while(|word| word != "--count").nth(1);
    let count = count.map_or(Ok(3), |count| count.parse::<u32>()).map_err(io::Error::other)?;
    let list = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for number in 0..count {
            let list = &list;
            scope.spawn(move || {
                let Ok(mut list) = list.lock() else { return };
                list.push(number);
                println!("say hi {list:?} pid {}", std::process::id());
            });
        }
    });
    println!("ending {:?}", list.lock().map_err(|_| io::Error::other("poisoned"))?);
    Ok(())
}
