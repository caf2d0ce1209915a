//! # Lesson 3: UDP
//!
//! Messages without a connection: what is kept, what is lost, and who is told. Without a part: the
//! demo.
#![allow(rustdoc::broken_intra_doc_links, reason = "the help texts write addresses like [::1]:PORT")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use netkit::cli::{self, Session};

mod burst;
mod client;
mod demo;
mod limits;
mod server;
mod text;

/// Lesson 3: UDP. Without a part: the demo
#[derive(Parser)]
#[command(name = "lesson3")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Print every datagram and its sender; with --echo, send it back
    Server(server::Args),
    /// Send each line of the input as one datagram
    Client(client::Args),
    /// How long a datagram may be, and who hears of one that nobody received
    Limits,
    /// Many datagrams to a slow receiver: how many are lost (Linux)
    Burst(burst::Args),
}

fn main() -> ExitCode {
    cli::run(text::HELP, |session: &Session, args: Args| match args.part {
        None => demo::run(session),
        Some(Part::Server(args)) => server::run(session, &args),
        Some(Part::Client(args)) => client::run(session, &args),
        Some(Part::Limits) => limits::run(session),
        Some(Part::Burst(args)) => burst::run(session, &args),
    })
}
