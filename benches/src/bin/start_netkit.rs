//! Starts children with netkit and waits for each.

use netkit::process::{self, Process};
use netkit::tasks;

fn nothing() {}

fn main() -> anyhow::Result<()> {
    process::init(tasks![nothing]);
    let work = benches::Work::from_arguments()?;
    for _ in 0..work.count {
        let child = if work.case == "fork" { Process::fork(nothing)? } else { Process::spawn(nothing, ())? };
        anyhow::ensure!(child.join()?.success(), "a child failed");
    }
    Ok(())
}
