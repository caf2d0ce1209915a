//! # What a child costs
//!
//! You will learn: a fork copies no data, only the tables that say where the data is: more memory, more
//! tables. Data is copied page by page, when one of the two writes.
//! Run it: `cargo run --release --bin lesson8 processes --measure`
//! Python: `get_context("fork")`, `get_context("spawn")`; `/proc/self/smaps_rollup`.
//! Try: 2,000 MB in place of 200.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use netkit::cli::Session;
use netkit::process::Process;

use crate::child;

const MB: usize = 1 << 20;

/// Bytes of a page: the unit in which memory is copied.
const PAGE: usize = 4096;

pub fn run(session: &Session) -> anyhow::Result<()> {
    let forked = median(20, || Process::fork(nothing))?;
    let spawned = median(20, || Process::spawn(nothing, ()))?;
    session.line(format!("cost fork {forked:.2} ms"))?;
    session.line(format!("cost spawn {spawned:.2} ms"))?;
    let mut block = vec![1_u8; 200 * MB];
    let forked = median(5, || Process::fork(nothing))?;
    session.line(format!("cost fork with 200 MB {forked:.2} ms"))?;
    Process::fork(|| child::ends(own_memory(&mut block)))?.join()?;
    Ok(())
}

pub fn nothing() {}

/// The time from the start of a child that does nothing to its end, in milliseconds.
fn median(rounds: usize, mut start: impl FnMut() -> io::Result<Process>) -> io::Result<f64> {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        start()?.join()?;
        times.push(begun.elapsed());
    }
    times.sort();
    Ok(times.get(rounds / 2).map_or(0.0, |time| time.as_secs_f64() * 1000.0))
}

fn own_memory(block: &mut [u8]) -> anyhow::Result<()> {
    let before = private()?;
    for byte in block.iter_mut().take(100 * MB).step_by(PAGE) {
        *byte = 2;
    }
    // Without this the compiler may see that nobody reads what was written.
    std::hint::black_box(&block);
    let after = private()?;
    child::line(format!("memory of a child {before} MB, after writing to 100 MB {after} MB"))?;
    Ok(())
}

/// What this process shares with nobody, in MB.
fn private() -> io::Result<u64> {
    let table = fs::read_to_string("/proc/self/smaps_rollup")?;
    let lines = table.lines().filter(|line| line.starts_with("Private_"));
    let kilobytes = lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    Ok(kilobytes.sum::<u64>() / 1024)
}
