//! Whose CPU, and how much of it: pinning, and the clocks in `/proc`.

use std::fs;

use anyhow::{Context, Result};
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The CPU of the servers and the CPU of the load.
#[derive(Debug, Clone, Copy)]
pub struct Cpus {
    pub server: usize,
    pub load: usize,
}

impl Cpus {
    /// The first two that this process may use; a machine with one has to share it.
    ///
    /// # Errors
    /// Those of sched_getaffinity(2).
    pub fn choose() -> Result<Self> {
        let ours = sched_getaffinity(None)?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|&cpu| ours.is_set(cpu));
        let server = usable.next().unwrap_or_default();
        let Some(load) = usable.next() else {
            crate::report::notice("one CPU only: server and load share it, and the rates mean little");
            return Ok(Cpus { server, load: server });
        };
        Ok(Cpus { server, load })
    }
}

/// Pins a process to one CPU; `None`: this thread, and all that it starts from now on.
///
/// # Errors
/// Those of sched_setaffinity(2).
pub fn pin(process: Option<Pid>, cpu: usize) -> Result<()> {
    let mut one = CpuSet::new();
    one.set(cpu);
    sched_setaffinity(process, &one).with_context(|| format!("cannot pin to CPU {cpu}"))
}

/// Lets this thread, and all that it starts from now on, run on these CPUs only.
///
/// # Errors
/// Those of sched_setaffinity(2).
pub fn allow(cpus: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    cpus.iter().for_each(|&cpu| set.set(cpu));
    sched_setaffinity(None, &set).with_context(|| format!("cannot run on the CPUs {cpus:?}"))
}

/// CPU time in seconds that a process, its living children and those it has collected have used.
///
/// The kernel hands it out in ticks of 10 ms: measure for a second or so.
///
/// # Errors
/// The process is gone.
pub fn time_of(process: u32) -> Result<f64> {
    let ticks = ticks_of(process).with_context(|| format!("process {process} is gone"))?;
    // A child may go between the list and the look: its time is in its parent's the next time.
    let children: u64 = children_of(process).iter().filter_map(|&child| ticks_of(child)).sum();
    Ok((ticks + children) as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// CPU time in seconds of all processes that this one has waited for, theirs with it.
///
/// # Errors
/// `/proc` cannot be read.
pub fn collected() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').context("a name in brackets")?.1.split_ascii_whitespace();
    // proc_pid_stat(5): cutime and cstime are fields 16 and 17; behind the name comes 3.
    let ticks: u64 = fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn ticks_of(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may hold spaces and brackets itself: count from the last one.
    // proc_pid_stat(5): utime, stime, cutime, cstime are fields 14 to 17; behind the name comes 3.
    let fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    fields.skip(11).take(4).map(|ticks| ticks.parse::<u64>().ok()).sum()
}

/// Children, and theirs, of whichever thread.
fn children_of(process: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return found };
    for thread in threads.flatten() {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in children.split_ascii_whitespace().filter_map(|child| child.parse().ok()) {
            found.push(child);
            found.extend(children_of(child));
        }
    }
    found
}

/// Bytes of memory that a process has in use: its resident set.
///
/// # Errors
/// The process is gone.
pub fn memory_of(process: u32) -> Result<u64> {
    let statm = fs::read_to_string(format!("/proc/{process}/statm"))?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1).context("statm has two fields")?.parse()?;
    Ok(pages * rustix::param::page_size() as u64)
}
