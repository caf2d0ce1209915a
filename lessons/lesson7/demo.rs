//! # The demo
//!
//! You will learn: that threads run while `main` goes on; that an update gets lost when two threads
//! share a number, and that two locks can wait for each other for ever; how a gate is opened.
//! Run it: `cargo run --bin lesson7`
//! Python: `python3 lessons/lesson7/original.py threads`, `race`, `deadlock` and `event`.
//! Try: `lesson7 event`, typing yourself; `lesson7 answers`.

use std::time::Duration;

use netkit::cli::{Note, Session, Stage};

use crate::text::demo as text;
use crate::{deadlock, race, threads};

const NOTES: &[Note] = &[
    Note { actor: "event", call: "[thread-0] waits for gate", why: text::WAIT },
    Note { actor: "event", call: "> still closed", why: text::STILL },
    Note { actor: "event", call: "sets gate", why: text::SET },
];

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::THREADS, &[])?;
    threads::run(session, &threads::Args { count: 5, seconds: Duration::from_millis(50) })?;

    session.say(&text::EVENT, &[])?;
    let mut stage = Stage::new(session);
    stage.start_client("event", &["event", "--count", "4"])?;
    // Nobody opens the gate before both are at it.
    stage.wait_for_call("event", "[thread-0] waits for gate")?;
    stage.wait_for_call("event", "[thread-2] waits for gate")?;
    stage.type_in("event", "maybe\ntrue\n")?;
    stage.show(NOTES)?;

    session.say(&text::WRONG, &[])?;
    race::run(session)?;
    deadlock::run(session)?;
    session.say(&text::NEXT, &[])?;
    Ok(())
}
