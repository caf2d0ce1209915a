//! caught by: results
//! says: the callbacks got
//! The mistake: as many results are waited for as there are workers, not as there are tasks.

use std::io::{self, BufRead, BufReader, Lines, Write};
use std::ops::Range;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// So many processes work.
const WORKERS: usize = 5;

fn main() -> io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("worker") {
        return work();
    }
    let option = |name| std::env::args().skip_while(move |word| word != name).nth(1);
    let tasks = option("--tasks").and_then(|word| word.parse().ok()).unwrap_or(10);
    run(tasks, &option("--sleep").unwrap_or("0.2".into()))
}

/// A thread for each worker, which waits for it. Here, the callbacks.
fn run(tasks: u64, seconds: &str) -> io::Result<()> {
    // All tasks have been handed over when this exists.
    let queue = Mutex::new(0..tasks);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || keep_busy(queue, seconds, &sender));
        }
        println!("end");
        // The results end when the last thread has ended; so ours must not be there any more.
        drop(sender);
        for result in results.iter().take(WORKERS) {
            callback(&result);
        }
    });
    Ok(())
}

/// One worker's whole life: the next task, whenever it has nothing to do.
fn keep_busy(queue: &Mutex<Range<u64>>, seconds: &str, results: &Sender<String>) -> io::Result<()> {
    let mut worker = Worker::start()?;
    loop {
        // The lock is given back at the end of this line, and not held while the task is done.
        let task = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(number) = task else { return worker.end() };
        let _ = results.send(worker.apply(number, seconds)?);
    }
}

/// What is done with a result, in the program that has asked for it.
fn callback(result: &str) {
    println!("{result} callback {}", std::process::id());
}

/// A worker process, as the program sees it.
struct Worker {
    process: Child,
    tasks: ChildStdin,
    results: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start() -> io::Result<Worker> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (tasks, results) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Worker { process, tasks, results: BufReader::new(results).lines() })
    }

    /// Gives it a task and waits for the result.
    fn apply(&mut self, number: u64, seconds: &str) -> io::Result<String> {
        self.tasks.write_all(format!("{number} {seconds}\n").as_bytes())?;
        self.results.next().unwrap_or(Err(io::ErrorKind::UnexpectedEof.into()))
    }

    /// Its stdin ends, so it does; and is waited for.
    fn end(mut self) -> io::Result<()> {
        drop(self.tasks);
        self.process.wait().map(drop)
    }
}

/// In a worker: a task is a line, `NUMBER SECONDS`, and so is its result. At the end of its stdin a worker ends.
fn work() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let (number, seconds) = line.split_once(' ').unwrap_or((&line, "0"));
        let number: u64 = number.parse().map_err(io::Error::other)?;
        thread::sleep(Duration::from_secs_f64(seconds.parse().map_err(io::Error::other)?));
        println!("{} worker {}", number + 100, std::process::id());
    }
    Ok(())
}
