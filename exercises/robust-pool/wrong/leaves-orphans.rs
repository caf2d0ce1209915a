//! caught by: no-orphans
//! says: its child processes go on
//! deadline: 8
//! The mistake: after the timeout nobody looks at the old worker any more. It works on, also when the program has ended.

use std::io::{self, BufRead, BufReader, Write};
use std::iter::Enumerate;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{thread, vec};

use rustix::process::{Signal, getpid, kill_process};

/// So many processes work.
const WORKERS: usize = 3;

/// What is left to be done: tasks with their numbers.
type Queue = Mutex<Enumerate<vec::IntoIter<String>>>;

fn main() -> io::Result<()> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words == ["worker"] {
        return work();
    }
    let mut timeout = Duration::from_secs(1);
    if words.len() >= 2 && words[0] == "--timeout" {
        timeout = Duration::from_secs_f64(words[1].parse().map_err(io::Error::other)?);
        words.drain(..2);
    }
    run(words, timeout)
}

/// In a worker: a task is a line, and so is its result.
fn work() -> io::Result<()> {
    for line in io::stdin().lines() {
        println!("{}", task(&line?));
    }
    Ok(())
}

fn task(word: &str) -> u64 {
    match word {
        "panic" => panic!("this task panics"),
        // The only error would be that there is no such process.
        "kill" => drop(kill_process(getpid(), Signal::KILL)),
        "forever" => thread::sleep(Duration::from_secs(1_000_000)),
        _ => thread::sleep(Duration::from_millis(20)),
    }
    word.parse().map_or(0, |number: u64| number + 100)
}

/// A thread for each worker, which waits for it. Here, what comes out.
fn run(tasks: Vec<String>, timeout: Duration) -> io::Result<()> {
    let queue = Mutex::new(tasks.into_iter().enumerate());
    let (sender, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || keep_busy(queue, timeout, &sender));
        }
        drop(sender);
        for outcome in outcomes {
            println!("{outcome}");
        }
    });
    println!("end");
    Ok(())
}

/// One worker after the other: as long as there are tasks, somebody does them.
fn keep_busy(queue: &Queue, timeout: Duration, outcomes: &Sender<String>) -> io::Result<()> {
    let mut worker = Worker::start()?;
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((number, word)) = next else { return worker.end() };
        match worker.apply(&word, timeout) {
            Ok(result) => drop(outcomes.send(format!("{number} result {result}"))),
            Err(fault) => {
                let _ = outcomes.send(format!("{number} error {fault}"));
                // The old one has ended; `apply` has seen to that.
                worker = Worker::start()?;
            }
        }
    }
}

/// A worker process, as the program sees it.
struct Worker {
    process: Child,
    /// Both its stdin and its stdout. Unlike a pipe, a socket can be waited for with a limit.
    socket: BufReader<UnixStream>,
}

impl Worker {
    fn start() -> io::Result<Worker> {
        let (ours, theirs) = UnixStream::pair()?;
        // With the command go our copies of the worker's end: when the worker ends, we read EOF.
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("worker").stdin(OwnedFd::from(theirs.try_clone()?)).stdout(OwnedFd::from(theirs));
        Ok(Worker { process: command.spawn()?, socket: BufReader::new(ours) })
    }

    /// Gives it a task: the result, or what went wrong. In that case the worker has ended.
    fn apply(&mut self, word: &str, timeout: Duration) -> Result<String, &'static str> {
        let error = match self.ask(word, timeout) {
            Ok(result) => return Ok(result),
            Err(error) => error,
        };
        if error.kind() == io::ErrorKind::WouldBlock {
            return Err("timeout");
        }
        // It has ended without an answer. How?
        match self.process.wait() {
            Ok(status) if status.signal().is_some() => Err("killed"),
            _ => Err("panic"),
        }
    }

    /// Sends the task, and waits for a line.
    fn ask(&mut self, word: &str, timeout: Duration) -> io::Result<String> {
        let mut socket = self.socket.get_ref();
        socket.set_read_timeout(Some(timeout))?;
        socket.write_all(format!("{word}\n").as_bytes())?;
        let mut line = String::new();
        match self.socket.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    /// Its stdin ends, so it does; and is waited for.
    fn end(mut self) -> io::Result<()> {
        drop(self.socket);
        self.process.wait().map(drop)
    }
}
