//! Adds to a shared number, under its lock or in one step.

use netkit::process::{self, Process, SharedValue};
use netkit::tasks;

fn add(sum: SharedValue<i64>, case: String, count: i64) {
    if case == "lock" {
        (0..count).for_each(|_| assert!(sum.with_lock(|sum| *sum += 1).is_ok()));
    } else {
        (0..count).for_each(|_| assert!(sum.fetch_add(1).is_ok()));
    }
}

fn main() -> anyhow::Result<()> {
    process::init(tasks![add]);
    let work = benches::Work::from_arguments()?;
    let sum = SharedValue::new(0)?;
    let each = work.count / work.processes as i64;
    let start = |_| Process::spawn(add, (sum.clone(), work.case.clone(), each));
    let children = (0..work.processes).map(start).collect::<Result<Vec<_>, _>>()?;
    for child in &children {
        child.join()?;
    }
    Ok(benches::check(sum.get(), each * work.processes as i64)?)
}
