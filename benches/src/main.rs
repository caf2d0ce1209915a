//! The benchmarks: the same work done by netkit's lessons and by their peers, side by side.
//!
//! Run it: `cargo xtask bench [SUBJECT…] [--rounds N] [--quick]`.
//!
//! - Whole processes. In each round every contender is started, measured and ended, in turn
//!   (A B A B …); medians of the rounds are shown, and ratios of one contender to another in the same round.
//! - The server has one CPU, the load (this process) another.
//! - What counts is the CPU time of the server (user and system, its children with it) for one
//!   operation; the load has checked each of them. It holds when other work disturbs the clock.
//! - What happens inside one process (locks, events) its contenders measure themselves, in turn too.
//! - Everything is on loopback, and bounded in count and time.
//!
//! Reading order: [`subjects`] (what is compared), [`rounds`] (how), [`contender`] and [`process`]
//! (who), [`work`] (who needs no load), [`load`] (the clients), [`report`] and [`plot`] (what is shown).

mod contender;
mod cpu;
mod load;
mod machine;
mod plot;
mod process;
mod report;
mod rounds;
mod subjects;
mod work;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::rounds::Plan;
use crate::subjects::Subject;

/// Measures netkit's lessons and their peers.
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Args {
    /// What to measure; all of it if none is named
    #[arg(value_enum)]
    subjects: Vec<Subject>,
    /// How often each contender has its turn
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Two short rounds, to see whether everything runs; the numbers mean little
    #[arg(long)]
    quick: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match measure(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::notice(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(args: &Args) -> anyhow::Result<()> {
    let plan = Plan {
        rounds: if args.quick { 2 } else { args.rounds },
        time: Duration::from_millis(if args.quick { 200 } else { 1000 }),
        quick: args.quick,
        cpus: cpu::Cpus::choose()?,
    };
    machine::allow_many_descriptors()?;
    let subjects = if args.subjects.is_empty() { Subject::value_variants() } else { &args.subjects };
    for subject in subjects {
        subject.run(&plan)?;
    }
    Ok(())
}
