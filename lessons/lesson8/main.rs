//! # Lesson 8: processes and pools
//!
//! Children that are copies of their parent, children that are the program started anew; what they
//! share and what they do not; a lock that survives its owner, and a pool that survives its
//! workers. Without a part: the demo. Linux only.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use netkit::cli::{self, Session};
use netkit::{process, tasks};

mod array;
mod child;
mod children;
mod costs;
mod crash;
mod demo;
mod dict;
mod isolation;
mod join;
mod lock;
mod pool;
mod processes;
mod text;
mod timeline;

/// Lesson 8: processes and pools (Linux). Without a part: the demo
#[derive(Parser)]
#[command(name = "lesson8")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Children say hi; how they end, and what starting one costs
    Processes(processes::Args),
    /// A list that is not shared
    Isolation(isolation::Args),
    /// Numbers that are shared, their types and their limits
    Array(array::Args),
    /// A dictionary in a process of its own
    Dict(dict::Args),
    /// join in the loop, and behind it
    Join(join::Args),
    /// A counter under a lock: read too early, not locked, and with an owner that is killed
    Lock(lock::Args),
    /// Five workers for ten tasks, and all the ways to wait for them
    Pool(pool::Args),
    /// Which task runs when, in which process
    Timeline(timeline::Args),
    /// Tasks that do not come back, and what becomes of the pool
    Crash(crash::Args),
}

// ANCHOR: main
fn main() -> ExitCode {
    // In a child that is this program started anew, this line runs the one function that the child
    // is there for, and never returns.
    process::init(tasks![
        processes::hi,
        costs::nothing,
        array::change,
        dict::put,
        dict::put_and_live,
        dict::append_to_copy,
        dict::append_there,
        dict::append,
        pool::foo,
        pool::plus_100,
        pool::slower_first,
        pool::divide,
        pool::sleep_long,
        timeline::step,
        crash::end_badly
    ]);
    cli::run(text::HELP, |session: &Session, args: Args| match args.part {
        None => demo::run(session),
        Some(Part::Processes(args)) => processes::run(session, &args),
        Some(Part::Isolation(args)) => isolation::run(session, &args),
        Some(Part::Array(args)) => array::run(session, &args),
        Some(Part::Dict(args)) => dict::run(session, &args),
        Some(Part::Join(args)) => join::run(session, &args),
        Some(Part::Lock(args)) => lock::run(session, &args),
        Some(Part::Pool(args)) => pool::run(session, &args),
        Some(Part::Timeline(args)) => timeline::run(session, &args),
        Some(Part::Crash(args)) => crash::run(session, &args),
    })
}
// ANCHOR_END: main
