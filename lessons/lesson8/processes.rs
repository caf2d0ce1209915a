//! # Processes
//!
//! You will learn: a child by fork is a copy of its parent, one by spawn is the program started
//! anew; each has a pid, knows its parent's, and ends with a code or by a signal.
//! Run it: `cargo run --bin lesson8 processes`
//! Python: `Process(target=foo, args=(i,))`; `os.getpid()`, `os.getppid()`, `p.pid`, `p.exitcode`.
//! Try: `--way spawn`; `--measure`; `--sleep 20` and then `kill -9` the parent: its children end too.
//!
//! Lines: `say hi N pid P parent Q` from each child; `ended N pid P exitcode C` from the parent, where
//! a signal counts as minus its number; with `--measure` also `cost … ms` and `memory of a child …`.

use std::thread;
use std::time::Duration;

use clap::ValueEnum;
use netkit::cli::{Session, seconds};
use netkit::process::{self, Process};
use rustix::process::getppid;

use crate::child;
use crate::children::{Children, forked, join, spawned};
use crate::costs;

#[derive(clap::Args)]
pub struct Args {
    /// How many children
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub count: u32,
    /// How many seconds each child stays after it has said hi
    #[arg(long, default_value = "0.1", value_parser = seconds)]
    pub sleep: Duration,
    /// How children are started: fork (a copy) or spawn (this program anew)
    #[arg(long, default_value = "fork", hide_possible_values = true)]
    pub way: Way,
    /// Measure what starting a child costs, too
    #[arg(long)]
    pub measure: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Way {
    Fork,
    Spawn,
}

// ANCHOR: processes
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    // 1. Start them all. They run while this loop goes on.
    let mut children = Children::new(session);
    for number in 0..args.count {
        children.start(|| match args.way {
            Way::Fork => forked(session, Process::fork(|| hi(number, args.sleep))),
            Way::Spawn => spawned(session, Process::spawn(hi, (number, args.sleep))),
        })?;
    }
    // 2. Wait for them all, and see how they have ended.
    for ended in children.join()? {
        let code = ended.status.exitcode();
        session.line(format!("ended {} pid {} exitcode {code}", ended.number, ended.pid))?;
    }
    // 3. Three that end in other ways.
    for name in ["exit", "terminate", "kill"] {
        let life = || match name {
            "exit" => process::exit(7),
            _ => thread::sleep(Duration::from_secs(60)),
        };
        let child = forked(session, Process::fork(life))?;
        match name {
            "terminate" => child.terminate()?,
            "kill" => child.kill()?,
            _ => {} // it ends by itself
        }
        let code = join(session, &child)?.exitcode();
        session.line(format!("ended {name} pid {} exitcode {code}", child.pid()))?;
    }
    if args.measure {
        costs::run(session)?;
    }
    Ok(())
}

/// What each child does: the documents' `foo`.
pub fn hi(number: u32, sleep: Duration) {
    let parent = getppid().map_or(0, |pid| pid.as_raw_pid());
    let said = child::line(format!("say hi {number} pid {} parent {parent}", std::process::id()));
    child::ends(said.map_err(Into::into));
    thread::sleep(sleep);
}
// ANCHOR_END: processes
