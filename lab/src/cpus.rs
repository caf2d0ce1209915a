//! A program on one CPU alone, where two threads never run at the same moment.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Calls `start` with this thread on the first of its CPUs; a process that it starts stays there. Best effort.
pub(crate) fn on_one_cpu<T>(start: impl FnOnce() -> T) -> T {
    let Ok(before) = sched_getaffinity(None) else { return start() };
    let mut one = CpuSet::new();
    if let Some(cpu) = (0..CpuSet::MAX_CPU).find(|&cpu| before.is_set(cpu)) {
        one.set(cpu);
    }
    let _ = sched_setaffinity(None, &one);
    let started = start();
    let _ = sched_setaffinity(None, &before);
    started
}

#[cfg(test)]
mod tests {
    use rustix::thread::sched_getaffinity;

    #[test]
    fn one_cpu_and_then_all_again() {
        let before = sched_getaffinity(None).unwrap().count();
        assert_eq!(super::on_one_cpu(|| sched_getaffinity(None).unwrap().count()), 1);
        assert_eq!(sched_getaffinity(None).unwrap().count(), before);
    }
}
