//! # Lesson 6: SocketServer from the inside
//!
//! A framework taken apart: where requests come from, what is done with them, how that is run. And
//! files over a connection: why an acknowledgement is no framing. Without a part: the demo.
#![allow(rustdoc::broken_intra_doc_links, reason = "the help texts write addresses like [::1]:PORT")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use netkit::cli::{self, Session};

mod anatomy;
#[path = "../lesson4/call.rs"]
mod call;
mod concurrency;
mod demo;
mod handlers;
mod idle;
#[path = "../lesson4/ivr.rs"]
mod ivr;
mod send_vs_sendall;
mod server;
mod simplified;
#[path = "../lesson2/slots.rs"]
mod slots;
mod sticky;
mod stream;
mod text;
mod upload;
mod upload_server;

/// Lesson 6: SocketServer from the inside. Without a part: the demo
#[derive(Parser)]
#[command(name = "lesson6")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// The framework: any handler, run in any way
    Server(server::Args),
    /// What is left of it in thirty lines: one wait, a thread for each client
    Simplified(simplified::Args),
    /// One request through each way of running it, step by step
    Anatomy,
    /// Take files: whole, or not at all
    UploadServer(upload_server::Args),
    /// Send files
    Upload(upload::Args),
    /// What an idle client costs: threads, processes, memory
    Idle(idle::Args),
    /// A stream has no messages: three attempts to find them
    Sticky,
    /// What each receive gets of three messages, and what a rule makes of it
    Stream(stream::Args),
    /// How much one send takes
    SendVsSendall,
}

fn main() -> ExitCode {
    cli::run(text::HELP, |session: &Session, args: Args| match args.part {
        None => demo::run(session),
        Some(Part::Server(args)) => server::run(session, &args),
        Some(Part::Simplified(args)) => simplified::run(session, &args),
        Some(Part::Anatomy) => anatomy::run(session),
        Some(Part::UploadServer(args)) => upload_server::run(session, &args),
        Some(Part::Upload(args)) => upload::run(session, &args),
        Some(Part::Idle(args)) => idle::run(session, &args),
        Some(Part::Sticky) => sticky::run(session),
        Some(Part::Stream(args)) => stream::run(session, &args),
        Some(Part::SendVsSendall) => send_vs_sendall::run(session),
    })
}
