//! What `/proc` tells about another process: the facts that checks measure and failures are explained with.
//!
//! Linux only. Everything here is a glance: the process goes on while we look, so a number may be old when it is read.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

mod descriptors;
mod diag;
mod moved;
mod sockets;
mod threads;
mod waits;

pub use descriptors::Descriptors;
pub use moved::moved;
pub use sockets::{Socket, SocketState, on_the_way, sockets, unread, waiting};
pub use threads::doing;
pub use waits::{Trigger, asleep, trigger};

fn path(pid: u32, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/{name}"))
}

/// The numbers of the open descriptors, in order.
///
/// # Errors
/// When the process is gone or belongs to somebody else.
pub fn descriptors(pid: u32) -> io::Result<Vec<u32>> {
    let mut numbers: Vec<u32> = fs::read_dir(path(pid, "fd"))?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// The numbers of the threads in the order of their beginnings; the first one's is that of the process.
///
/// # Errors
/// When the process is gone.
pub fn tasks(pid: u32) -> io::Result<Vec<u32>> {
    // That is the kernel's order. By number a younger one may come first: numbers begin again at the largest.
    let tasks = fs::read_dir(path(pid, "task"))?;
    Ok(tasks.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect())
}

/// The number of threads.
///
/// # Errors
/// When the process is gone.
pub fn threads(pid: u32) -> io::Result<usize> {
    Ok(fs::read_dir(path(pid, "task"))?.count())
}

/// The processes that this one has started and not yet waited for; of those of one thread the oldest comes first.
///
/// # Errors
/// When the process is gone.
pub fn children(pid: u32) -> io::Result<Vec<u32>> {
    let mut children = Vec::new();
    for thread in fs::read_dir(path(pid, "task"))? {
        // A thread may end between the two looks; its children then belong to another one.
        let listed = fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
        children.extend(listed.split_whitespace().filter_map(|number| number.parse::<u32>().ok()));
    }
    Ok(children)
}

/// The processes of this machine, as far as they can be seen.
///
/// # Errors
/// When there is no `/proc`.
pub fn all() -> io::Result<Vec<u32>> {
    Ok(fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect())
}

/// The processes of a process group, dead ones that nobody has collected included.
///
/// # Errors
/// When there is no `/proc`.
pub fn group(group: u32) -> io::Result<Vec<u32>> {
    // The third field behind the name, counted from the state.
    let belongs = |&pid: &u32| stat(pid).is_ok_and(|fields| fields.get(2) == Some(&group.to_string()));
    Ok(all()?.into_iter().filter(belongs).collect())
}

/// The CPU time used so far by all threads, in user and kernel code. Linux counts in steps of 10 ms.
///
/// # Errors
/// When the process is gone.
pub fn cpu_time(pid: u32) -> io::Result<Duration> {
    let fields = stat(pid)?;
    let ticks: u64 = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    let per_second = rustix::param::clock_ticks_per_second().max(1);
    Ok(Duration::from_millis(ticks * 1000 / per_second))
}

/// The time for which its threads have had a CPU or waited for one. Unlike [`cpu_time`] it does not depend on what else
/// the machine does: who spins wants all of the time. Threads that have ended are not counted.
///
/// # Errors
/// When the process is gone.
pub fn wanted_time(pid: u32) -> io::Result<Duration> {
    let mut wanted = None;
    for thread in fs::read_dir(path(pid, "task"))? {
        if let Some([running, waiting]) = scheduled(&thread?.path().join("schedstat")) {
            *wanted.get_or_insert(Duration::ZERO) += running + waiting;
        }
    }
    // A kernel may come without these statistics.
    wanted.map_or_else(|| cpu_time(pid), Ok)
}

/// For how long the first thread of a process and the thread that asks have waited for a CPU that others had: what a measured
/// time owes to the machine. Zero for a kernel that does not count it.
#[must_use]
pub fn held_up(pid: u32) -> Duration {
    let waited = |file: &Path| scheduled(file).map_or(Duration::ZERO, |[_, waiting]| waiting);
    waited(&path(pid, "schedstat")) + waited(Path::new("/proc/thread-self/schedstat"))
}

/// For how long a thread had a CPU, and for how long it wanted one in vain.
fn scheduled(file: &Path) -> Option<[Duration; 2]> {
    let text = fs::read_to_string(file).ok()?;
    let mut fields = text.split_whitespace().filter_map(|field| field.parse().ok());
    Some([fields.next()?, fields.next()?].map(Duration::from_nanos))
}

/// The state letter of `ps`: `R` running, `S` asleep, `Z` a zombie, …
///
/// # Errors
/// When the process is gone.
pub fn state(pid: u32) -> io::Result<char> {
    let fields = stat(pid)?;
    fields.first().and_then(|field| field.chars().next()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The fields of `/proc/PID/stat` from the state on. What stands before is the name in parentheses, which may itself
/// contain spaces and parentheses.
fn stat(pid: u32) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(path(pid, "stat"))?;
    let (_, fields) = text.rsplit_once(')').ok_or(io::ErrorKind::InvalidData)?;
    Ok(fields.split_whitespace().map(str::to_owned).collect())
}

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// What is in memory now.
    pub resident: u64,
    /// The most that ever was.
    pub peak: u64,
}

/// How much memory the process takes.
///
/// # Errors
/// When the process is gone or is a zombie, which has none.
pub fn memory(pid: u32) -> io::Result<Memory> {
    let status = fs::read_to_string(path(pid, "status"))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    };
    match (field("VmRSS:"), field("VmHWM:")) {
        (Some(resident), Some(peak)) => Ok(Memory { resident, peak }),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}
