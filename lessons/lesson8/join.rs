//! # Where join stands
//!
//! You will learn: join waits for a child's end. In the loop that starts them, each child has ended
//! before the next one begins; in a loop of its own, all run at the same time.
//! Run it: `cargo run --bin lesson8 join`
//! Python: `p.join()` inside and behind `for i in range(10)`.
//! Try: `--count 50`.
//!
//! Lines: `hi N pid P` from each child; `join in the loop T s`; the same lines again; `join after the
//! loop T s`.

use std::thread;
use std::time::{Duration, Instant};

use netkit::cli::{Session, seconds};
use netkit::process::Process;

use crate::child;
use crate::children::{Children, forked, join};

#[derive(clap::Args)]
pub struct Args {
    /// How many children
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub count: u32,
    /// How many seconds each child sleeps
    #[arg(long, default_value = "0.2", value_parser = seconds)]
    pub sleep: Duration,
}

// ANCHOR: join
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let begun = Instant::now();
    for number in 0..args.count {
        let child = forked(session, Process::fork(|| hi(number, args.sleep)))?;
        join(session, &child)?;
    }
    session.line(format!("join in the loop {:.2} s", begun.elapsed().as_secs_f64()))?;

    let begun = Instant::now();
    let mut children = Children::new(session);
    for number in 0..args.count {
        children.start(|| forked(session, Process::fork(|| hi(number, args.sleep))))?;
    }
    children.join()?;
    session.line(format!("join after the loop {:.2} s", begun.elapsed().as_secs_f64()))?;
    Ok(())
}
// ANCHOR_END: join

fn hi(number: u32, sleep: Duration) {
    let said = child::line(format!("hi {number} pid {}", std::process::id()));
    child::ends(said.map_err(Into::into));
    thread::sleep(sleep);
}
