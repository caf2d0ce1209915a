//! # Tasks that do not come back
//!
//! You will learn: a task can panic, abort, be killed, exit, or never end. Its caller is told which;
//! all other tasks are done; the pool has all its workers again.
//! Run it: `cargo run --bin lesson8 crash`
//! Python: `multiprocessing.Pool` waits for ever for a task whose worker was killed; shown here with a
//! deadline where there is a `python3`.
//! Try: `kill -9` of the program in the middle: its workers end with it.
//!
//! Lines: `panic: panicked`, `abort: lost, exitcode -6`, `kill: lost, exitcode -9`, `exit: lost, exitcode 3`,
//! `forever: timeout`; `others: 10 of 10`; `workers: 3 of 3`; `children left: 0`; `CPython's Pool, kill: no
//! result in 1.5 s`.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

use netkit::cli::{Session, seconds};
use netkit::pool::{JobError, Pool};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, getpid, kill_process, kill_process_group, pidfd_open};

use crate::pool::foo;

#[derive(clap::Args)]
pub struct Args {
    /// How many seconds to wait for a task that never ends
    #[arg(long, default_value = "1.5", value_parser = seconds)]
    pub timeout: Duration,
}

const WAYS: [&str; 5] = ["panic", "abort", "kill", "exit", "forever"];

// ANCHOR: crash
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let pool = Pool::new(3)?;
    // 1. Ten tasks that do their work, and five that do not.
    let mut others = Vec::new();
    for number in 0..10 {
        others.push((number, pool.apply_async(foo, (number, Duration::from_millis(50)))?));
    }
    let mut bad = Vec::new();
    for how in WAYS {
        bad.push((how, pool.apply_async(end_badly, how.to_string())?));
    }
    // 2. Each of the five has an error that says what has happened.
    for (how, result) in bad {
        let outcome = result.get_timeout(args.timeout);
        session.line(format!(
            "{how}: {}",
            outcome.map_or_else(|error| shown(&error), |()| "done".to_string())
        ))?;
    }
    // 3. The others have not noticed.
    let right =
        others.iter().filter(|(number, result)| result.get().is_ok_and(|(value, _)| value == number + 100));
    session.line(format!("others: {} of 10", right.count()))?;
    session.line(format!("workers: {} of 3", workers(&pool)))?;
    // 4. The task that never ends, ends with the pool.
    pool.terminate();
    pool.join()?;
    session.line(format!("children left: {}", children()?))?;
    compare(session, args.timeout)
}

pub fn end_badly(how: String) {
    match how.as_str() {
        "panic" => {
            let empty: Vec<u8> = Vec::new();
            let _ = empty[how.len()];
        }
        "abort" => std::process::abort(),
        // The only error would be that there is no such process.
        "kill" => drop(kill_process(getpid(), Signal::KILL)),
        "exit" => netkit::process::exit(3),
        _ => thread::sleep(Duration::from_secs(60)),
    }
}

fn shown(error: &JobError) -> String {
    match error.status() {
        Some(status) => format!("lost, exitcode {}", status.exitcode()),
        None if error.is_panic() => "panicked".to_string(),
        None if error.is_timeout() => "timeout".to_string(),
        None => error.to_string(),
    }
}
// ANCHOR_END: crash

/// How many workers there are, once those that died have been replaced.
fn workers(pool: &Pool) -> usize {
    let deadline = Instant::now() + Duration::from_secs(2);
    while pool.worker_pids().len() < pool.workers() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(1));
    }
    pool.worker_pids().len()
}

/// The children that this process has now, dead ones that nobody has collected included.
fn children() -> io::Result<usize> {
    let mut count = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        let listed = fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
        count += listed.split_whitespace().count();
    }
    Ok(count)
}

const SCRIPT: &str = r#"
import multiprocessing, os, signal, sys

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

pool = multiprocessing.get_context("fork").Pool(2)
result = pool.apply_async(kill)
try:
    result.get(float(sys.argv[1]))
    print("a result")
except multiprocessing.TimeoutError:
    print(f"no result in {sys.argv[1]} s")
os.killpg(0, signal.SIGKILL)
"#;

/// How long Python may take besides: to start, and to end its pool.
const PATIENCE: Duration = Duration::from_secs(10);

/// The same kill in CPython's pool: without a deadline this would never end.
fn compare(session: &Session, timeout: Duration) -> anyhow::Result<()> {
    let seconds = timeout.as_secs_f64().to_string();
    let result = match python(&seconds, timeout + PATIENCE) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => "no python3 here".to_string(),
        result => result?,
    };
    session.line(format!("CPython's Pool, kill: {result}"))?;
    Ok(())
}

/// What the script prints.
fn python(seconds: &str, limit: Duration) -> io::Result<String> {
    // A group of its own: its pool may not end by itself, and is killed with it.
    let child = Command::new("python3")
        .args(["-u", "-c", SCRIPT, seconds])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let pid = Pid::from_child(&child);
    let end = pidfd_open(pid, PidfdFlags::empty())?;
    let limit = Timespec { tv_sec: limit.as_secs().cast_signed(), tv_nsec: 0 };
    poll(&mut [PollFd::new(&end, PollFlags::IN)], Some(&limit))?;
    // Nobody has collected it yet: the number is still that of its group. Usually all have gone.
    let _ = kill_process_group(pid, Signal::KILL);
    let output = child.wait_with_output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
}
