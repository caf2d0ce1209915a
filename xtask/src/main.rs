//! `cargo xtask`: the jobs of this workspace that need heavy dependencies.
//!
//! | command | does | code |
//! |---|---|---|
//! | `cargo xtask bench` | measures the lessons and their peers | crate `benches` |
//! | `cargo xtask book` | checks and builds the book; `--serve` shows it | [`book`] |
//! | `cargo xtask browser` | opens lesson 2's pages and the book in a real Chromium | [`browser`] |
//! | `cargo xtask figure` | makes frames of a trace, for a figure of the book | [`book::figures`] |
//! | `cargo xtask record` | records the book's transcripts again | [`record`] |
//! | `cargo xtask repeat` | checks right answers of the exercises again and again | [`repeat`] |
//!
//! Not a default member of the workspace: a learner who never runs
//! `cargo xtask` never compiles it.

mod book;
mod browser;
mod record;
mod repeat;
mod workspace;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// Builds the book, drives a browser, records transcripts.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    job: Job,
}

/// One job a subcommand, one file or folder a job.
#[derive(Subcommand)]
enum Job {
    /// Measure the lessons and their peers: `bench [SUBJECT…] [--rounds N] [--quick]`.
    #[command(disable_help_flag = true)]
    Bench {
        /// What the crate `benches` is given; `--help` lists it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Check and build the book.
    Book(book::Options),
    /// Open lesson 2's pages and the book in headless Chromium and check what it shows.
    Browser,
    /// Make frames of a trace of your own, for a figure of the book to open.
    Figure(book::figures::Options),
    /// Record the book's transcripts again and say which ones changed.
    Record,
    /// Check the exercises' solutions and twins many times, half of them on a busy machine.
    Repeat(repeat::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().job {
        Job::Bench { arguments } => bench(&arguments),
        Job::Book(options) => book::run(&options),
        Job::Browser => browser::run(),
        Job::Figure(options) => book::figures::run(&options),
        Job::Record => record::run(),
        Job::Repeat(options) => repeat::run(&options),
    };
    outcome.unwrap_or_else(|error| {
        // Nothing is left to tell if stderr itself is gone.
        let _ = writeln!(io::stderr(), "xtask: {error:#}");
        ExitCode::FAILURE
    })
}

/// Builds the lessons and the peers in release, then runs the harness.
fn bench(arguments: &[String]) -> Result<ExitCode> {
    // The harness starts the programs that stand beside it: all of them have to be new.
    for words in [&["build", "--bins"][..], &["run"][..]] {
        let mut cargo = workspace::cargo();
        cargo.args(words).args(["--release", "--quiet", "--package", "benches"]);
        match words {
            ["run"] => cargo.arg("--").args(arguments),
            _ => cargo.args(["--package", "netkit"]),
        };
        let status = cargo.status().context("cannot run cargo (is it on the PATH?)")?;
        if !status.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints one line at once; a closed stdout is an error, not a panic.
fn say(line: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
