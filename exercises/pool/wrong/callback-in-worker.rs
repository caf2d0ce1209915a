//! caught by: callback-in-parent
//! says: a callback runs in the program itself
//! The mistake: the workers do the callbacks as well. The program that has asked learns nothing.

use std::io::{self, Write};
use std::process::{Command, Stdio};
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

fn run(tasks: u64, seconds: &str) -> io::Result<()> {
    println!("end");
    let mut workers = Vec::new();
    for worker in 0..WORKERS as u64 {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg("worker").stdin(Stdio::piped()).spawn()?;
        if let Some(mut stdin) = process.stdin.take() {
            for number in (worker..tasks).step_by(WORKERS) {
                stdin.write_all(format!("{number} {seconds}\n").as_bytes())?;
            }
        }
        workers.push(process);
    }
    for mut worker in workers {
        worker.wait()?;
    }
    Ok(())
}

/// In a worker: a task is a line, `NUMBER SECONDS`, and so is its result. At the end of its stdin a worker ends.
fn work() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let (number, seconds) = line.split_once(' ').unwrap_or((&line, "0"));
        let number: u64 = number.parse().map_err(io::Error::other)?;
        thread::sleep(Duration::from_secs_f64(seconds.parse().map_err(io::Error::other)?));
        callback(&format!("{} worker {}", number + 100, std::process::id()));
    }
    Ok(())
}

fn callback(result: &str) {
    println!("{result} callback {}", std::process::id());
}
