//! # A pool
//!
//! You will learn: workers that stay, and get one task after the other; tasks wait, the program does
//! not. A callback runs in the parent. An error is a result, too.
//! Run it: `cargo run --bin lesson8 pool`
//! Python: `multiprocessing.Pool(5)`, `apply`, `apply_async(func, args, callback=…)`, `close`, `join`.
//! Try: `--workers 10`; `kill -9` one of the workers in the middle (`--sleep 5`).
//!
//! Lines: `end`; `V worker P callback Q` ten times; `apply_async 10 times T s`, `10 tasks T s`; `apply 101`,
//! `apply_async get 101`, `apply 5 times T s`; `map […]`, `imap_unordered […]`; `error_callback 13`, `apply
//! error 13`; `timeout after 0.05 s`, `later 100`; `join before close: refused`, `close and join: 10 of 10
//! results`; `terminate: 10 of 10 cancelled, T s`. For a worker that is killed: `lost a task, worker P
//! exitcode C`. With `--no-join` only `end`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use netkit::cli::{Session, seconds};
use netkit::pool::{JobError, Pool};
use netkit::trace::Event;

#[derive(clap::Args)]
pub struct Args {
    /// How many workers
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub workers: u32,
    /// How many tasks
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub tasks: u32,
    /// How many seconds a task takes
    #[arg(long, default_value = "0.2", value_parser = seconds)]
    pub sleep: Duration,
    /// End without waiting for the tasks: what happens when join is left out
    #[arg(long)]
    pub no_join: bool,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let pool = Pool::new(args.workers as usize)?;
    ten_tasks(session, args, &pool)?;
    if args.no_join {
        return Ok(()); // dropped, a pool is terminated, and its tasks with it
    }
    apply(session, args, &pool)?;
    many(session, &pool)?;
    errors(session, &pool)?;
    endings(session, pool)
}

// ANCHOR: tasks
/// The documents' program.
fn ten_tasks(session: &Session, args: &Args, pool: &Pool) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut results = Vec::new();
    for number in 0..args.tasks {
        let (bar, lost) = (session.clone(), session.clone());
        session.trace().record(|| Event::Submit { task: u64::from(number) });
        // Returns at once: with five workers and ten tasks, five tasks wait. Not we.
        results.push(pool.apply_async_with(
            foo,
            (number, args.sleep),
            move |(value, worker)| {
                bar.trace().record(|| Event::Callback { task: u64::from(number) });
                // When nobody reads any more, `session.line` below ends the program.
                let _ = bar.line(format!("{value} worker {worker} callback {}", std::process::id()));
            },
            move |error| {
                if let (Some(worker), Some(status)) = (error.worker(), error.status()) {
                    let _ = lost.line(format!("lost a task, worker {worker} exitcode {}", status.exitcode()));
                }
            },
        )?);
    }
    let handed_over = begun.elapsed().as_secs_f64();
    session.line("end")?;
    if args.no_join {
        return Ok(());
    }
    for result in results {
        match result.get() {
            Err(error) if !error.is_lost() => return Err(error.into()),
            _ => {}
        }
    }
    session.line(format!("apply_async {} times {handed_over:.2} s", args.tasks))?;
    session.line(format!("{} tasks {:.2} s", args.tasks, begun.elapsed().as_secs_f64()))?;
    Ok(())
}

/// The documents' `Foo`: and in which process it ran.
pub fn foo(number: u32, sleep: Duration) -> (u32, u32) {
    thread::sleep(sleep);
    (number + 100, std::process::id())
}
// ANCHOR_END: tasks

/// apply is apply_async and get: whoever uses it in a loop has one worker at a time.
fn apply(session: &Session, args: &Args, pool: &Pool) -> anyhow::Result<()> {
    session.line(format!("apply {}", pool.apply(foo, (1, args.sleep))?.0))?;
    session.line(format!("apply_async get {}", pool.apply_async(foo, (1, args.sleep))?.get()?.0))?;
    let begun = Instant::now();
    for number in 0..args.workers {
        pool.apply(foo, (number, args.sleep))?;
    }
    session.line(format!("apply {} times {:.2} s", args.workers, begun.elapsed().as_secs_f64()))?;
    Ok(())
}

fn many(session: &Session, pool: &Pool) -> anyhow::Result<()> {
    session.line(format!("map {:?}", pool.map(plus_100, 0..5)?))?;
    let mut come = Vec::new();
    for value in pool.imap_unordered(slower_first, 0..5, 1)? {
        come.push(value?);
    }
    session.line(format!("imap_unordered {come:?}"))?;
    Ok(())
}

// ANCHOR: errors
fn errors(session: &Session, pool: &Pool) -> anyhow::Result<()> {
    // 1. A panic in the task: its worker goes on, and exactly one of the two callbacks is called.
    let tell = session.clone();
    let result = pool.apply_async_with(
        divide,
        13,
        |_| {},
        move |_| {
            let _ = tell.line("error_callback 13");
        },
    )?;
    result.wait();
    // apply gives the same error to its caller.
    if pool.apply(divide, 13).is_err_and(|error| error.is_panic()) {
        session.line("apply error 13")?;
    }
    // 2. A wait that is over leaves the task alone.
    let later = pool.apply_async(foo, (0, Duration::from_millis(300)))?;
    if later.get_timeout(Duration::from_millis(50)).is_err_and(|error| error.is_timeout()) {
        session.line("timeout after 0.05 s")?;
    }
    session.line(format!("later {}", later.get()?.0))?;
    Ok(())
}

fn endings(session: &Session, pool: Pool) -> anyhow::Result<()> {
    // 1. close and join: all that was asked for is done.
    let done = Arc::new(AtomicUsize::new(0));
    for number in 0..10 {
        let done = Arc::clone(&done);
        let count = move |_| {
            done.fetch_add(1, Ordering::Relaxed);
        };
        pool.apply_async_with(plus_100, number, count, |_| {})?;
    }
    // A join without an end to wait for is refused.
    if pool.join().is_err_and(|error| error.is_refused()) {
        session.line("join before close: refused")?;
    }
    pool.close();
    pool.join()?;
    session.line(format!("close and join: {} of 10 results", done.load(Ordering::Relaxed)))?;
    // 2. terminate: nothing more is done, and everybody who waits is told.
    let pool = Pool::new(2)?;
    let cancelled = Arc::new(AtomicUsize::new(0));
    for _ in 0..10 {
        let cancelled = Arc::clone(&cancelled);
        let count = move |error: JobError| {
            cancelled.fetch_add(usize::from(error.is_cancelled()), Ordering::Relaxed);
        };
        pool.apply_async_with(sleep_long, (), |()| {}, count)?;
    }
    let begun = Instant::now();
    pool.terminate();
    pool.join()?;
    let (count, took) = (cancelled.load(Ordering::Relaxed), begun.elapsed().as_secs_f64());
    session.line(format!("terminate: {count} of 10 cancelled, {took:.2} s"))?;
    Ok(())
}
// ANCHOR_END: errors

pub fn plus_100(number: u32) -> u32 {
    number + 100
}

/// The first of five takes longest.
pub fn slower_first(number: u32) -> u32 {
    thread::sleep(Duration::from_millis(50) * 4_u32.saturating_sub(number));
    number + 100
}

/// Panics for 13.
pub fn divide(number: u32) -> u32 {
    100 / number.abs_diff(13)
}

pub fn sleep_long() {
    thread::sleep(Duration::from_secs(60));
}
