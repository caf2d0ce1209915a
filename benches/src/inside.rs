//! What the peers share that measure themselves: how long, how often, at what cost.
//!
//! Their one line is `COUNT NANOSECONDS CPU_NANOSECONDS`: operations, time by the clock, CPU time of
//! all threads.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How long to work: `--millis`, or a fifth of a second.
pub fn time_argument() -> Duration {
    let millis = crate::argument("--millis").and_then(|text| text.parse().ok());
    Duration::from_millis(millis.unwrap_or(200))
}

/// The number behind `name`, or 1.
pub fn number_argument(name: &str) -> usize {
    crate::argument(name).and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// Runs `work` in `threads` threads until the time is over; each is given its index and the flag
/// that ends it, and gives the number of its operations.
///
/// # Errors
/// A thread cannot be started; standard output is closed.
pub fn measure(threads: usize, work: impl Fn(usize, &AtomicBool) -> u64 + Sync) -> io::Result<()> {
    let over = AtomicBool::new(false);
    let (clock, cpu) = (Instant::now(), cpu_time());
    let count = thread::scope(|scope| -> io::Result<u64> {
        let mut running = Vec::new();
        for index in 0..threads {
            let (work, over) = (&work, &over);
            running.push(thread::Builder::new().spawn_scoped(scope, move || work(index, over))?);
        }
        thread::sleep(time_argument());
        over.store(true, Ordering::Relaxed);
        Ok(running.into_iter().filter_map(|thread| thread.join().ok()).sum())
    })?;
    let (clock, cpu) = (clock.elapsed(), cpu_time() - cpu);
    writeln!(io::stdout(), "{count} {} {}", clock.as_nanos(), cpu.as_nanos())
}

/// CPU time of this process, all its threads.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
