//! # Lesson 7: threads, locks, events
//!
//! Several flows of control in one process: how they start and end, what goes wrong when they share
//! something, and what keeps them in order. Without a part: the demo.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use netkit::cli::{self, Session};

mod answers;
mod crew;
mod daemon;
mod deadlock;
mod demo;
mod event;
mod measure;
mod more;
mod race;
mod rlock;
mod text;
mod threads;
mod together;

/// Lesson 7: threads, locks, events. Without a part: the demo
#[derive(Parser)]
#[command(name = "lesson7")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Start threads, name them, wait for them
    Threads(threads::Args),
    /// What a thread loses for which nobody waits
    Daemon,
    /// An update that is lost on every run, and three cures
    Race,
    /// Take a lock that you have already
    Rlock,
    /// A gate that threads wait at, and you open
    Event(event::Args),
    /// Condition, semaphores, barrier, timer, thread-local values
    More,
    /// Two locks in two orders, found before they hang
    Deadlock,
    /// Why threads, why processes, why several CPUs: by measurement (Linux)
    Answers(answers::Args),
}

fn main() -> ExitCode {
    cli::run(text::HELP, |session: &Session, args: Args| match args.part {
        None => demo::run(session),
        Some(Part::Threads(args)) => threads::run(session, &args),
        Some(Part::Daemon) => daemon::run(session),
        Some(Part::Race) => race::run(session),
        Some(Part::Rlock) => rlock::run(session),
        Some(Part::Event(args)) => event::run(session, &args),
        Some(Part::More) => more::run(session),
        Some(Part::Deadlock) => deadlock::run(session),
        Some(Part::Answers(args)) => answers::run(session, &args),
    })
}
