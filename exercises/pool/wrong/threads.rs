//! caught by: workers
//! says: is the program itself, not a child process
//! The mistake: five threads do the work, in the one process that there is.

use std::io;
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const WORKERS: usize = 5;

fn main() -> io::Result<()> {
    let option = |name| std::env::args().skip_while(move |word| word != name).nth(1);
    let tasks = option("--tasks").and_then(|word| word.parse().ok()).unwrap_or(10);
    let seconds = option("--sleep").and_then(|word| word.parse().ok()).unwrap_or(0.2);
    let queue = Mutex::new(0..tasks);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || work(queue, Duration::from_secs_f64(seconds), &sender));
        }
        println!("end");
        drop(sender);
        for result in results {
            println!("{result} callback {}", std::process::id());
        }
    });
    Ok(())
}

fn work(queue: &Mutex<std::ops::Range<u64>>, sleep: Duration, results: &Sender<String>) {
    loop {
        let task = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(number) = task else { return };
        thread::sleep(sleep);
        let _ = results.send(format!("{} worker {}", number + 100, std::process::id()));
    }
}
