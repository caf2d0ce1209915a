//! # Lesson 2: web hello
//!
//! What a browser needs to hear, and why fifteen lines are not enough. Without a part: the demo.
#![allow(rustdoc::broken_intra_doc_links, reason = "the help texts write addresses like [::1]:PORT")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use netkit::cli::{self, Session};

mod connection;
mod demo;
mod get;
mod head;
mod http;
mod server;
mod slots;
mod text;
mod threads;
mod tutorial;

/// Lesson 2: web hello. Without a part: the demo
#[derive(Parser)]
#[command(name = "lesson2")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// A web server that never resets its clients: / and /zh, one thread for all
    Server(server::Args),
    /// The same with one thread a client: the step before
    Threads(threads::Args),
    /// The document's fifteen lines as they are, to watch them fail
    Tutorial(tutorial::Args),
    /// A small client: prints status, headers and body
    Get(get::Args),
}

fn main() -> ExitCode {
    cli::run(text::HELP, |session: &Session, args: Args| match args.part {
        None => demo::run(session),
        Some(Part::Server(args)) => server::run(session, &args),
        Some(Part::Threads(args)) => threads::run(session, &args),
        Some(Part::Tutorial(args)) => tutorial::run(session, &args),
        Some(Part::Get(args)) => get::run(session, &args),
    })
}
