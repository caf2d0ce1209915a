//! # Lesson 4: the IVR bot
//!
//! A conversation: where one message ends, what a caller who hangs up looks like, and why the
//! second caller waits. Without a part: the demo.
#![allow(rustdoc::broken_intra_doc_links, reason = "the help texts write addresses like [::1]:PORT")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use netkit::cli::{self, Session};

mod call;
mod client;
mod demo;
mod ivr;
mod naive;
mod server;
mod text;

/// Lesson 4: the IVR bot. Without a part: the demo
#[derive(Parser)]
#[command(name = "lesson4")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// The bot, one caller at a time, as in the document
    Server(server::Args),
    /// Call the bot: each line is a message
    Client(client::Args),
    /// The document's bot, which takes one receive for one message
    Naive(naive::Args),
}

fn main() -> ExitCode {
    cli::run(text::HELP, |session: &Session, args: Args| match args.part {
        None => demo::run(session),
        Some(Part::Server(args)) => server::run(session, &args),
        Some(Part::Client(args)) => client::run(session, &args),
        Some(Part::Naive(args)) => naive::run(session, &args),
    })
}
