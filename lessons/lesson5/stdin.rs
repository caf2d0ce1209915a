//! # Waiting for standard input
//!
//! You will learn: the smallest use of select: one source and a time limit; why the line must not
//! wait in a library's buffer.
//! Run it: `cargo run --bin lesson5 stdin`, then type.
//! Python: `select.select([sys.stdin], [], [], 1)`; its `readline` hides lines that came together.
//! Try: paste three lines at once; press Ctrl-D; `--mechanism epoll < Cargo.toml`.

use std::io;
use std::time::Duration;

use netkit::cli::Session;
use netkit::framing::{Line, Lines, printable};
use netkit::selector::{Interest, Mechanism, Selector};

use crate::text;

/// The longest line taken, in bytes.
const LINE_LIMIT: usize = 64 * 1024;

#[derive(clap::Args)]
pub struct Args {
    /// The system call that waits
    #[arg(long, value_name = "select|poll|epoll", default_value = "select")]
    mechanism: Mechanism,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let mut selector = Selector::new(args.mechanism)?;
    selector.add(io::stdin(), Interest::READ).map_err(|rejected| {
        let what = &text::CANNOT_WATCH_STDIN;
        session.failure_with(what, &[("mechanism", &args.mechanism)], &rejected.error, &text::NO_FILES)
    })?;

    let mut events = Vec::new();
    let mut lines = Lines::new(LINE_LIMIT);
    let mut buffer = [0; 4096];
    loop {
        selector.wait(&mut events, Some(Duration::from_secs(1)))?;
        if events.is_empty() {
            session.line(".")?;
            continue;
        }
        // Read from the descriptor itself: what a buffered reader takes in advance, no wait sees.
        let received = rustix::io::read(io::stdin(), &mut buffer)?;
        if received == 0 {
            break; // the end of the input stays readable: going on would be a busy loop
        }
        lines.push(&buffer[..received]);
        while let Some(line) = lines.next_line() {
            match line {
                Line::Complete(text) => session.line(format!("line: {}", printable(&text)))?,
                Line::TooLong => session.say(&text::LINE_TOO_LONG, &[("limit", &LINE_LIMIT)])?,
            }
        }
    }
    if !lines.tail().is_empty() {
        session.line(format!("line: {}", printable(lines.tail())))?;
    }
    Ok(())
}
