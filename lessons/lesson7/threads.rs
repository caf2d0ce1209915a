//! # Threads
//!
//! You will learn: that `main` goes on while its threads run; that a thread is real, with a number
//! in the kernel; what `join` waits for, and what it costs to join in the wrong place.
//! Run it: `cargo run --bin lesson7 threads`
//! Python: `threading.Thread`, `start`, `join`, `name`, `native_id`.
//! Try: `--seconds 20`, and meanwhile `ls /proc/$(pgrep -n lesson7)/task`; `--count 1000`.
//!
//! Lines: `thread-3 ident 4711` and, later, `thread... 3`, of each thread, in any order;
//! `main thread stop`; `joined 10`; `join in the loop: 1002 ms`; `join after the loop: 101 ms`.

use std::thread;
use std::time::{Duration, Instant};

use netkit::cli::{Session, seconds};
use rustix::thread::gettid;

use crate::crew::{self, Outcome};
use crate::text::threads as text;

#[derive(clap::Args)]
pub struct Args {
    /// How many threads
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub count: u32,
    /// How long each of them sleeps
    #[arg(long, value_name = "SECS", default_value = "0.1", value_parser = seconds)]
    pub seconds: Duration,
}

// ANCHOR: threads
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    thread::scope(|scope| {
        // 1. Start them all. A started thread is ready to run; when it runs, the kernel decides.
        let mut threads = Vec::new();
        for number in 0..args.count {
            let work = move |_: &_| show(session, number, args.seconds);
            threads.push(crew::start(session, scope, &format!("thread-{number}"), work)?);
        }
        // 2. Nobody has waited yet: main is one thread more, and is here before they are done.
        session.line("main thread stop")?;
        // 3. Wait for each, in this order. Whoever has ended already costs no time.
        for thread in threads {
            crew::join(thread)?;
        }
        session.line(format!("joined {}", args.count))?;
        anyhow::Ok(())
    })?;
    // 4. The same work twice more, to see what the place of the join does.
    session.say(&text::PLACE, &[])?;
    let took = join_in_the_loop(session, args)?;
    session.line(format!("join in the loop: {} ms", took.as_millis()))?;
    let took = join_after_the_loop(session, args)?;
    session.line(format!("join after the loop: {} ms", took.as_millis()))?;
    Ok(())
}

fn show(session: &Session, number: u32, pause: Duration) -> Outcome {
    let name = thread::current().name().unwrap_or("?").to_string();
    session.line(format!("{name} ident {}", gettid().as_raw_nonzero()))?;
    thread::sleep(pause);
    session.line(format!("thread... {number}"))?;
    Ok(())
}
// ANCHOR_END: threads

// ANCHOR: join
/// The naive place: each thread is waited for before the next one starts. So they never meet.
fn join_in_the_loop(session: &Session, args: &Args) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    thread::scope(|scope| {
        for number in 0..args.count {
            let thread = crew::start(session, scope, &format!("thread-{number}"), |_| rest(args.seconds))?;
            crew::join(thread)?;
        }
        Ok(begun.elapsed())
    })
}

/// The right place: all of them run, then all of them are waited for.
fn join_after_the_loop(session: &Session, args: &Args) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for number in 0..args.count {
            threads.push(crew::start(session, scope, &format!("thread-{number}"), |_| rest(args.seconds))?);
        }
        threads.into_iter().try_for_each(crew::join)?;
        Ok(begun.elapsed())
    })
}
// ANCHOR_END: join

fn rest(pause: Duration) -> Outcome {
    thread::sleep(pause);
    Ok(())
}
