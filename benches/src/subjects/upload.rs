//! Lesson 6: 1 GiB, from memory to memory.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use tempfile::TempDir;

use crate::contender::Contender;
use crate::load::upload::Content;
use crate::report::{Table, notice};
use crate::rounds::{Plan, Sample, cpu_of, in_turn};

/// A file system in memory.
const MEMORY: &str = "/dev/shm";

/// Bytes that must be free there, in bytes: the file, and room for the machine to breathe.
const NEEDED: u64 = 2560 << 20;

/// Pieces of 256 KiB: 1 GiB, and 64 MiB to see whether it runs.
const PIECES: u64 = 4096;
const QUICK: u64 = 256;

fn contenders(folder: &str) -> Vec<Contender> {
    let std = |name, how: &str| Contender::program(name, "upload_std", &format!("--dir {folder} {how}"));
    let lesson = format!("upload-server --addr 127.0.0.1:0 --dir {folder}");
    let mut all = vec![
        std("loop of 256 KiB (std)", ""),
        std("std::io::copy", "--copy"),
        std("loop of 256 KiB and SHA-256 (std)", "--hash"),
        Contender::program("netkit receive_unchecked", "upload_netkit", &format!("--dir {folder}")),
        Contender::program("netkit upload-server (SHA-256)", "lesson6", &lesson),
    ];
    let peer = "benches/peers/upload.py";
    all.extend(Contender::python("Python, 1 MiB", peer, folder));
    all.extend(Contender::python("Python, 1,024 bytes", peer, &format!("{folder} 1024")));
    all
}

/// # Errors
/// The results cannot be written.
pub fn run(plan: &Plan) -> Result<()> {
    let Ok(space) = rustix::fs::statvfs(MEMORY) else {
        notice(format!("upload: skipped, there is no {MEMORY}"));
        return Ok(());
    };
    if space.f_bavail.saturating_mul(space.f_frsize) < NEEDED {
        notice(format!("upload: skipped, {MEMORY} has less than {} MiB free", NEEDED >> 20));
        return Ok(());
    }
    let folder = TempDir::with_prefix_in("netkit-bench-", MEMORY)?;
    let begun = Instant::now();
    let content = Content::new(if plan.quick { QUICK } else { PIECES });
    let seconds = begun.elapsed().as_secs_f64();
    notice(format!("upload: SHA-256 of {} MiB alone takes {seconds:.2} s", content.size() >> 20));
    let gib = content.size() as f64 / f64::from(1 << 30);
    let rows = in_turn(plan, "", &contenders(&folder.path().display().to_string()), |running| {
        let sample = cpu_of(plan, running, || content.send(running.server.addr, folder.path(), "upload.bin"));
        leave_nothing(folder.path())?;
        // From microseconds a file to milliseconds a GiB, from files to MiB a second.
        sample.map(|Sample { rate, cost }| Sample { rate: rate * gib * 1024.0, cost: cost / 1000.0 / gib })
    });
    Table {
        subject: "upload",
        title: "upload of 1 GiB to memory (rate: MiB/s)",
        unit: "ms of CPU per GiB",
        reference: &["loop of 256 KiB (std)"],
        rows,
    }
    .publish(plan)
}

/// A contender that failed may have left a part.
fn leave_nothing(folder: &Path) -> Result<()> {
    for file in std::fs::read_dir(folder)? {
        std::fs::remove_file(file?.path())?;
    }
    Ok(())
}
