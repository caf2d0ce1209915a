//! # What a wait costs
//!
//! You will learn: that select and poll look at every descriptor at every wait, and epoll only at
//! those that are ready; that with all of them ready nobody is better; how level and edge differ.
//! Run it: `cargo run --release --bin lesson5 compare`
//! Python: `select.select`, `select.poll`, `select.epoll` show the same shapes.
//! Try: `--csv FILE` and a plot of your own. The numbers are CPU time of this thread on this machine.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::Duration;

use netkit::cli::Session;
use netkit::selector::{Interest, Mechanism, Selector};
use rustix::event::{EventfdFlags, eventfd};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::text::compare as text;
use crate::wakeups;

/// How many descriptors are watched.
const SIZES: [usize; 6] = [10, 100, 500, 1000, 5000, 9000];

/// Descriptors that the rest of the program needs.
const OWN: usize = 32;

/// How long a blocking wait lasts: long enough to be one.
const BLOCK: Duration = Duration::from_micros(200);

/// Columns of the widest bar.
const BAR: f64 = 40.0;

#[derive(clap::Args)]
pub struct Args {
    /// Write the measurements there as CSV too
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Measure at most this many descriptors
    #[arg(long, value_name = "N", default_value = "9000")]
    pub max: usize,
}

struct Row {
    case: &'static str,
    mechanism: Mechanism,
    descriptors: usize,
    microseconds: f64,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    // As many descriptors as the hard limit lets us have.
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum.or(Some(10_000)), ..limit });
    let most = getrlimit(Resource::Nofile).current.map_or(usize::MAX, |most| most as usize);
    let sizes = SIZES.into_iter().filter(|size| *size <= args.max && size + OWN <= most);
    let mut rows = Vec::new();
    for (case, title, ready) in [("idle", &text::IDLE, false), ("ready", &text::READY, true)] {
        session.say(title, &[])?;
        let begin = rows.len();
        for descriptors in sizes.clone() {
            for mechanism in Mechanism::ALL {
                if let Some(microseconds) = measure(mechanism, descriptors, ready)? {
                    rows.push(Row { case, mechanism, descriptors, microseconds });
                }
            }
        }
        chart(session, &rows[begin..])?;
    }
    session.say(&text::SHAPES, &[])?;
    wakeups::run(session)?;
    if let Some(path) = &args.csv {
        write_csv(path, &rows)
            .map_err(|error| session.failure(&text::CANNOT_WRITE, &[("path", &path.display())], error))?;
    }
    Ok(())
}

fn chart(session: &Session, rows: &[Row]) -> io::Result<()> {
    let widest = rows.iter().map(|row| row.microseconds).fold(0.0, f64::max);
    for Row { mechanism, descriptors, microseconds, .. } in rows {
        let bar = "█".repeat((microseconds / widest * BAR).ceil() as usize);
        session.line(format!("  {descriptors:>5} {mechanism:<6} {microseconds:>9.2} µs  {bar}"))?;
    }
    Ok(())
}

/// CPU time of one wait, in microseconds; `None` where select cannot watch that many.
fn measure(mechanism: Mechanism, descriptors: usize, ready: bool) -> io::Result<Option<f64>> {
    let mut selector: Selector<OwnedFd> = Selector::new(mechanism)?;
    for _ in 0..descriptors {
        // A counter is the smallest thing that can be watched; 0 is idle, 1 is readable.
        let counter = eventfd(u32::from(ready), EventfdFlags::CLOEXEC)?;
        if selector.add(counter, Interest::READ).is_err() {
            return Ok(None);
        }
    }
    // Small ones often, large ones less often: about the same time for each.
    let waits = (20_000 / (descriptors + 20)).clamp(5, 200);
    let mut events = Vec::with_capacity(descriptors);
    selector.wait(&mut events, Some(BLOCK))?; // the first one warms up
    let begun = thread_time();
    for _ in 0..waits {
        selector.wait(&mut events, Some(BLOCK))?;
    }
    let spent = thread_time().saturating_sub(begun);
    Ok(Some(spent.as_secs_f64() * 1e6 / waits as f64))
}

/// CPU time that this thread has used.
pub fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn write_csv(path: &PathBuf, rows: &[Row]) -> io::Result<()> {
    let mut file = File::create(path)?;
    writeln!(file, "case,mechanism,descriptors,microseconds_of_cpu_per_wait")?;
    for Row { case, mechanism, descriptors, microseconds } in rows {
        writeln!(file, "{case},{mechanism},{descriptors},{microseconds:.3}")?;
    }
    Ok(())
}
