//! # Lesson 1: basic sockets
//!
//! One server, one client, and what the socket calls really do. Without a part: the demo.
#![allow(rustdoc::broken_intra_doc_links, reason = "the help texts write addresses like [::1]:PORT")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use netkit::cli::{self, Session};

mod api;
mod backlog;
mod client;
mod demo;
mod families;
mod file;
mod naive;
mod reuse;
mod server;
mod text;

/// Lesson 1: basic sockets. Without a part: the demo
#[derive(Parser)]
#[command(name = "lesson1")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// One client at a time: read a request, answer it, close
    Server(server::Args),
    /// Send one request, print the reply
    Client(client::Args),
    /// The server as a beginner writes it, to watch it fail
    Naive(naive::Args),
    /// A tour of the socket calls and what each returned here
    Api,
    /// Which families and types this kernel has, and an echo through each
    Families,
    /// A socket is a file descriptor: what works on it and what does not (Linux)
    File,
    /// TIME_WAIT, SO_REUSEADDR and SO_REUSEPORT (Linux)
    Reuse,
    /// How many clients can wait for accept (Linux)
    Backlog,
}

fn main() -> ExitCode {
    cli::run(text::HELP, |session: &Session, args: Args| match args.part {
        None => demo::run(session),
        Some(Part::Server(args)) => server::run(session, &args),
        Some(Part::Client(args)) => client::run(session, &args),
        Some(Part::Naive(args)) => naive::run(session, &args),
        Some(Part::Api) => api::run(session),
        Some(Part::Families) => families::run(session),
        Some(Part::File) => file::run(session),
        Some(Part::Reuse) => reuse::run(session),
        Some(Part::Backlog) => backlog::run(session),
    })
}
