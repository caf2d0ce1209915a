//! # Who does what, when
//!
//! You will learn: which tasks wait and which run, in which process; when callbacks run; what becomes of
//! a task whose worker is killed.
//! Run it: `cargo run --bin lesson8 timeline apply-async`; then `apply`, `map`, `crash`.
//! Python: `multiprocessing.Pool(3)`, with a `print` at the begin and the end of each task.
//! Try: `--trace`; more tasks than workers wait; the book steps through these runs.
//!
//! All that happens is written into one pipe, by workers and callbacks. So there is one order of it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Write, pipe};
use std::os::fd::{AsFd, OwnedFd};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use netkit::cli::Session;
use netkit::pool::{JobError, Pool, context};
use netkit::process::Descriptor;
use netkit::trace::{Event, Trace};
use rustix::process::{Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};

#[derive(clap::Args)]
pub struct Args {
    /// What the pool is asked for
    #[arg(value_name = "apply|apply-async|map|crash", default_value = "apply-async")]
    story: Story,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Story {
    Apply,
    ApplyAsync,
    Map,
    Crash,
}

const WORKERS: usize = 3;
const TASKS: u32 = 5;

/// In the story of the crash, the task whose worker is killed.
const BAD: u32 = 1;

/// Where workers tell what they do.
#[derive(Serialize, Deserialize)]
pub struct Diary(Descriptor);

impl Diary {
    /// One line, in one write: those of several processes never mix.
    fn note(&self, line: &str) {
        // When nobody reads it any more the program has ended.
        let _ = rustix::io::write(self.0.as_fd(), format!("{line}\n").as_bytes());
    }
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let (reader, writer) = pipe()?;
    let diary = Diary(Descriptor(OwnedFd::from(writer.try_clone()?)));
    let pool = Pool::builder().workers(WORKERS).context(&diary).build()?;
    drop(diary);
    let own = session.clone();
    let reading = thread::Builder::new().name("diary".to_string()).spawn(move || read(&own, reader))?;
    for pid in pool.worker_pids() {
        note(&writer, &format!("spawn {pid}"));
    }
    tell(&pool, &writer, args.story)?;
    pool.close();
    pool.join()?;
    // The last ones who could write go: the reader comes to the end.
    drop((pool, writer));
    reading.join().ok().context("the reader of the diary panicked")?
}

// ANCHOR: tell
fn tell(pool: &Pool, diary: &PipeWriter, story: Story) -> anyhow::Result<()> {
    match story {
        Story::Apply => {
            for number in 0..TASKS {
                note(diary, &format!("submit {number}"));
                pool.apply(step, (number, false))?;
            }
        }
        Story::ApplyAsync | Story::Crash => {
            for number in 0..TASKS {
                let (done, lost) = (diary.try_clone()?, diary.try_clone()?);
                note(diary, &format!("submit {number}"));
                let dies = matches!(story, Story::Crash) && number == BAD;
                let callback = move |()| note(&done, &format!("callback {number}"));
                let error_callback = move |error| note(&lost, &told(number, &error));
                pool.apply_async_with(step, (number, dies), callback, error_callback)?;
            }
        }
        Story::Map => {
            for number in 0..TASKS {
                note(diary, &format!("submit {number}"));
            }
            pool.map(step, (0..TASKS).map(|number| (number, false)))?;
        }
    }
    Ok(())
}
// ANCHOR_END: tell

// ANCHOR: step
/// A task; the later its number, the longer it takes.
pub fn step(number: u32, dies: bool) {
    let diary: Option<&Diary> = context();
    let tell = |what: &str| {
        if let Some(diary) = diary {
            diary.note(&format!("{what} {number} {}", std::process::id()));
        }
    };
    tell("start");
    thread::sleep(Duration::from_millis(40 + 15 * u64::from(number)));
    if dies {
        // The only error would be that there is no such process.
        let _ = kill_process(getpid(), Signal::KILL);
    }
    tell("finish");
}
// ANCHOR_END: step

fn note(mut diary: &PipeWriter, line: &str) {
    // The reader lives as long as we do.
    let _ = diary.write_all(format!("{line}\n").as_bytes());
}

/// A task that is lost: who ran it, and how that ended.
fn told(number: u32, error: &JobError) -> String {
    match (error.worker(), error.status()) {
        (Some(worker), Some(status)) => format!("lost {number} {worker} {}", status.exitcode()),
        _ => format!("lost {number} 0 0"),
    }
}

/// Prints and records each line of the diary, until the last writer has gone.
fn read(session: &Session, diary: PipeReader) -> anyhow::Result<()> {
    // One actor a worker: each counts its own events.
    let mut workers = HashMap::new();
    for line in BufReader::new(diary).lines() {
        let line = line?;
        record(session.trace(), &mut workers, &line);
        session.line(line)?;
    }
    Ok(())
}

fn record(trace: &Trace, workers: &mut HashMap<i64, Trace>, line: &str) {
    let mut words = line.split(' ');
    let what = words.next().unwrap_or("");
    let mut numbers = words.map(|word| word.parse::<i64>().unwrap_or(0));
    let mut number = || numbers.next().unwrap_or(0);
    let first = number();
    let task = first.unsigned_abs();
    match what {
        "spawn" => trace.record(|| Event::Spawn { child: format!("worker {first}") }),
        "submit" => trace.record(|| Event::Submit { task }),
        "callback" => trace.record(|| Event::Callback { task }),
        "lost" => {
            let child = u32::try_from(number()).unwrap_or(0);
            trace.record(|| Event::Reap { child, status: format!("exitcode {}", number()) });
            trace.record(|| Event::Callback { task });
        }
        _ => {
            let pid = number();
            let worker = workers.entry(pid).or_insert_with(|| trace.actor(&format!("worker {pid}")));
            let begins = what == "start";
            worker.record(|| if begins { Event::Start { task } } else { Event::Finish { task } });
        }
    }
}
