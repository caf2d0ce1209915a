//! # Measuring, in a process of its own
//!
//! You will learn: to give a process fewer CPUs than the machine has; to compare two tasks at once
//! with what one needs, so that the numbers mean something on any machine.
//! Run it: `cargo run --bin lesson7 answers` starts it, once for each number of CPUs.
//! Python: `os.sched_setaffinity`, `os.fork`, `time.thread_time`.
//! Try: `taskset -c 0 cargo run --bin lesson7 answers`: there is no second CPU then.
//!
//! Lines: `CPU 2.01 2.03` and `I/O 1.00 1.03`: two tasks at once in threads, then in processes, as
//! multiples of what one task needs; `disturbed` behind it if even one alone had to share its CPU.

use std::hint::black_box;
use std::io;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;
use netkit::cli::Session;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

use crate::crew;

/// How long one task takes alone.
pub const UNIT: Duration = Duration::from_millis(40);

/// The shortest of so many attempts counts: a longer one was disturbed.
const ATTEMPTS: u32 = 3;

/// What a task does.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Kind {
    /// It computes.
    Cpu,
    /// It waits, as for an answer from the network.
    Io,
}

/// Measures on so many CPUs. The process is ours alone: the limit is for all its threads and children.
pub fn run(session: &Session, cpus: usize) -> anyhow::Result<()> {
    sched_setaffinity(None, &first(cpus)?).context("cannot choose the CPUs")?;
    let turns = calibrate();
    for (kind, name) in [(Kind::Cpu, "CPU"), (Kind::Io, "I/O")] {
        let [mut alone, mut needed, mut threads, mut processes] = [Duration::MAX; 4];
        // In turns, so that what disturbs the machine for a while disturbs all of them.
        for _ in 0..ATTEMPTS {
            let before = cpu_time();
            alone = alone.min(time(|| {
                task(kind, turns);
                Ok(())
            })?);
            needed = needed.min(cpu_time() - before);
            threads = threads.min(time(|| in_threads(session, kind, turns))?);
            processes = processes.min(time(|| in_processes(kind, turns))?);
        }
        // Who computes alone needs as long as it has the CPU; if it took longer, others had it too.
        let one = if kind == Kind::Cpu { needed } else { alone };
        let times = |took: Duration| took.as_secs_f64() / one.as_secs_f64();
        let disturbed = if alone > one * 5 / 4 { " disturbed" } else { "" };
        session.line(format!("{name} {:.2} {:.2}{disturbed}", times(threads), times(processes)))?;
    }
    Ok(())
}

/// How many CPUs this process may use.
pub fn available() -> io::Result<usize> {
    Ok(sched_getaffinity(None)?.count() as usize)
}

/// The first so many of those.
fn first(cpus: usize) -> io::Result<CpuSet> {
    let allowed = sched_getaffinity(None)?;
    let mut chosen = CpuSet::new();
    (0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu)).take(cpus).for_each(|cpu| chosen.set(cpu));
    Ok(chosen)
}

/// How many turns of the loop take a unit of this CPU's time.
fn calibrate() -> u64 {
    let begun = cpu_time();
    let mut turns = 0;
    while cpu_time() - begun < UNIT {
        compute(10_000);
        turns += 10_000;
    }
    turns
}

/// For how long this thread has had a CPU.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn compute(turns: u64) {
    let mut number = 1_u64;
    for turn in 0..turns {
        number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(turn));
    }
}

/// One task, here and now.
pub fn task(kind: Kind, turns: u64) {
    match kind {
        Kind::Cpu => compute(turns),
        Kind::Io => thread::sleep(UNIT),
    }
}

/// Two tasks at once, each in a thread.
fn in_threads(session: &Session, kind: Kind, turns: u64) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let work = |_: &_| {
            task(kind, turns);
            Ok(())
        };
        let first = crew::start(session, scope, "task-0", work)?;
        let second = crew::start(session, scope, "task-1", work)?;
        crew::join(first)?;
        crew::join(second)
    })
}

/// Two tasks at once, each in a process: this program, started again.
fn in_processes(kind: Kind, turns: u64) -> anyhow::Result<()> {
    let mut children = [spawn(kind, turns)?, spawn(kind, turns)?];
    for child in &mut children {
        if !child.wait()?.success() {
            bail!("a task failed in its process");
        }
    }
    Ok(())
}

fn spawn(kind: Kind, turns: u64) -> anyhow::Result<Child> {
    let kind = if kind == Kind::Cpu { "cpu" } else { "io" };
    Command::new(std::env::current_exe()?)
        .args(["answers", "--task", kind, "--turns", &turns.to_string()])
        .stdin(Stdio::null())
        .spawn()
        .context("cannot start a process")
}

fn time(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    work()?;
    Ok(begun.elapsed())
}
