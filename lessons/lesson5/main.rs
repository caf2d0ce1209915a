//! # Lesson 5: one thread, many clients
//!
//! select, poll and epoll: waiting for many sources at once, and what to do with the answer.
//! Without a part: the demo.
#![allow(rustdoc::broken_intra_doc_links, reason = "the help texts write addresses like [::1]:PORT")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use netkit::cli::{self, Session};

#[path = "../lesson4/call.rs"]
mod call;
mod compare;
mod demo;
#[path = "../lesson4/ivr.rs"]
mod ivr;
mod limits;
mod lists;
mod print_server;
mod select_server;
mod server;
#[path = "../lesson2/slots.rs"]
mod slots;
mod stdin;
mod text;
mod turns;
mod two_doors;
mod wakeups;

/// Lesson 5: one thread, many clients. Without a part: the demo
#[derive(Parser)]
#[command(name = "lesson5")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Wait for standard input with a time limit
    Stdin(stdin::Args),
    /// The first loop: print what any client sends
    PrintServer(print_server::Args),
    /// Two listeners in one wait, a thread for each caller
    TwoDoors(two_doors::Args),
    /// Echo to any number of clients from one thread
    Server(server::Args),
    /// What the three lists report: idle, full, reset, out of band, files, time limits
    Lists,
    /// How many descriptors there are, and which mechanism can watch them
    Limits,
    /// The loop turn by turn, in four small stories
    Turns(turns::Args),
    /// What a wait costs, and how often each trigger wakes
    Compare(compare::Args),
}

fn main() -> ExitCode {
    cli::run(text::HELP, |session: &Session, args: Args| match args.part {
        None => demo::run(session),
        Some(Part::Stdin(args)) => stdin::run(session, &args),
        Some(Part::PrintServer(args)) => print_server::run(session, &args),
        Some(Part::TwoDoors(args)) => two_doors::run(session, &args),
        Some(Part::Server(args)) => server::run(session, &args),
        Some(Part::Lists) => lists::run(session),
        Some(Part::Limits) => limits::run(session),
        Some(Part::Turns(args)) => turns::run(session, &args),
        Some(Part::Compare(args)) => compare::run(session, &args),
    })
}
