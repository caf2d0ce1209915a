//! # Answers by measurement
//!
//! You will learn: what two threads, or two processes, gain over one, for work that computes and
//! work that waits, on one CPU and on two; what Python's GIL changes; whether I/O needs a CPU.
//! Run it: `cargo run --release --bin lesson7 answers`
//! Python: the same in `original.py answers`; this program runs that too, if there is a `python3`.
//! Try: `taskset -c 0` in front of it; a Python without GIL (`python3.13t`) as `python3`.
//!
//! Lines: `Rust   CPU-bound, 1 CPU : threads 2.01, processes 2.03` and seven more like it: two
//! tasks at once as multiples of what one needs; `I/O: 256 MiB over loopback: 90 ms, …`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use netkit::cli::Session;

use crate::crew;
use crate::measure::{self, Kind};
use crate::text::answers as text;

/// What is sent over loopback, in MiB.
const MEBIBYTES: usize = 256;

/// The same measurement in Python.
const TWIN: &str = include_str!("original.py");

#[derive(clap::Args)]
pub struct Args {
    // The three below are for the processes that this part starts.
    #[arg(long, hide = true)]
    measure: Option<usize>,
    #[arg(long, hide = true, value_enum)]
    task: Option<Kind>,
    #[arg(long, hide = true, default_value = "0")]
    turns: u64,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    if let Some(kind) = args.task {
        measure::task(kind, args.turns);
        return Ok(());
    }
    if let Some(cpus) = args.measure {
        return measure::run(session, cpus);
    }
    session.say(&text::TITLE, &[("unit", &measure::UNIT.as_millis())])?;
    let available = measure::available()?;
    let bar = progress(session);
    let mut rows = Vec::new();
    for language in ["Rust", "Python"] {
        for cpus in [1, 2] {
            if cpus > available {
                session.say(&text::ONE_CPU, &[])?;
                continue;
            }
            let printed = if language == "Rust" { rust(cpus)? } else { python(cpus)? };
            bar.inc(1);
            match printed {
                None if cpus == 1 => session.say(&text::NO_PYTHON, &[])?,
                None => {}
                Some(printed) => rows.extend(printed.lines().map(|line| row(language, line, cpus))),
            }
        }
    }
    bar.finish_and_clear();
    if rows.iter().any(|row| row.ends_with("disturbed")) {
        session.say(&text::DISTURBED, &[])?;
    }
    rows.sort_by_key(|row: &String| !row.contains("CPU-bound"));
    rows.into_iter().try_for_each(|row| session.line(row))?;
    session.say(&text::LOOPBACK, &[])?;
    loopback(session)?;
    session.say(&text::ANSWERS, &[])?;
    Ok(())
}

/// A terminal sees on stderr that something is going on.
fn progress(session: &Session) -> ProgressBar {
    let bar = ProgressBar::new(4).with_message(text::MEASURING.get(session.lang()));
    match ProgressStyle::with_template("{msg} [{bar:20}]") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// `CPU 2.01 2.03` as a row of the table.
fn row(language: &str, line: &str, cpus: usize) -> String {
    let mut words = line.split_whitespace();
    let mut word = || words.next().unwrap_or("?");
    let plural = if cpus == 1 { " " } else { "s" };
    let (kind, threads, processes) = (word(), word(), word());
    let disturbed = words.next().map_or("", |_| ", disturbed");
    format!(
        "{language:6} {kind}-bound, {cpus} CPU{plural}: threads {threads}, processes {processes}{disturbed}"
    )
}

/// This program again, on so many CPUs.
fn rust(cpus: usize) -> anyhow::Result<Option<String>> {
    let output = Command::new(std::env::current_exe()?)
        .args(["answers", "--measure", &cpus.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start this program again")?;
    if !output.status.success() {
        bail!("the measurement in a process of its own failed ({})", output.status);
    }
    Ok(Some(String::from_utf8(output.stdout)?))
}

/// The twin, from its text: it need not lie anywhere. `None` when there is no Python.
fn python(cpus: usize) -> anyhow::Result<Option<String>> {
    let child = Command::new("python3")
        .args(["-", "answers", "--measure", &cpus.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else { return Ok(None) };
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(TWIN.as_bytes()).context("python3 does not read the program")?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("the measurement in Python failed ({})", output.status);
    }
    Ok(Some(String::from_utf8(output.stdout)?))
}

// ANCHOR: loopback
/// Sends much data to itself and asks the kernel what that cost. No network is in it, and no disk:
/// what is left of the I/O is copying, which is work for a CPU.
fn loopback(session: &Session) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut sender = TcpStream::connect(listener.local_addr()?)?;
    let (mut receiver, _) = listener.accept()?;
    let (begun, before) = (Instant::now(), CpuTime::used()?);
    thread::scope(|scope| {
        let sending = crew::start(session, scope, "sender", move |_| {
            let piece = vec![0; 1 << 20];
            for _ in 0..MEBIBYTES {
                sender.write_all(&piece)?;
            }
            Ok(())
        })?;
        let mut buffer = vec![0; 1 << 20];
        while receiver.read(&mut buffer)? > 0 {}
        crew::join(sending)
    })?;
    let (took, used) = (begun.elapsed(), CpuTime::used()?.since(before));
    let kernel = 100 * used.kernel / (used.user + used.kernel).max(1);
    session.line(format!(
        "I/O: {MEBIBYTES} MiB over loopback: {} ms, {} ms of CPU, {kernel} % of it in the kernel",
        took.as_millis(),
        used.total().as_millis(),
    ))?;
    Ok(())
}
// ANCHOR_END: loopback

/// What this process has used of the CPUs, in ticks of 10 ms.
#[derive(Clone, Copy)]
struct CpuTime {
    user: u64,
    kernel: u64,
}

impl CpuTime {
    /// From proc(5): the 14th and 15th field, that is the 12th and 13th after the name.
    fn used() -> anyhow::Result<Self> {
        let stat = std::fs::read_to_string("/proc/self/stat").context("cannot read /proc/self/stat")?;
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
        let mut times = fields.split(' ').skip(11).map(str::parse);
        match (times.next(), times.next()) {
            (Some(user), Some(kernel)) => Ok(CpuTime { user: user?, kernel: kernel? }),
            _ => bail!("/proc/self/stat has too few fields"),
        }
    }

    fn since(self, before: CpuTime) -> CpuTime {
        CpuTime { user: self.user - before.user, kernel: self.kernel - before.kernel }
    }

    fn total(self) -> Duration {
        Duration::from_millis(10 * (self.user + self.kernel))
    }
}
