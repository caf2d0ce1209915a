//! pool: five workers, ten tasks. The task is in README.md; `cargo lab check pool` looks at it.

use std::io::{self, BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
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

/// Gives tasks to workers, and results to the callback.
fn run(tasks: u64, seconds: &str) -> io::Result<()> {
    let mut workers = (0..WORKERS).map(|_| Worker::start()).collect::<io::Result<Vec<_>>>()?;
    for number in 0..tasks {
        // TODO: `apply` waits for the result. Who waits for each of the five workers, so that all have something to do?
        // And who gives a worker its next task?
        let result = workers[0].apply(number, seconds)?;
        callback(&result);
    }
    // TODO: this line is to be the first one: to hand ten tasks over takes no time.
    println!("end");
    for worker in workers {
        worker.end()?;
    }
    Ok(())
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
