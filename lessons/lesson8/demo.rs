//! # The demo
//!
//! You will learn: who shares what with whom, who waits for whom, and what is left when a process is
//! killed.
//! Run it: `cargo run --bin lesson8`
//! Python: `python3 lessons/lesson8/original.py` with a part.
//! Try: each part alone, with other numbers; `lesson8 processes --measure`.

use std::time::Duration;

use netkit::cli::Session;

use crate::processes::Way;
use crate::text::demo as text;
use crate::{array, crash, dict, isolation, join, lock, pool, processes};

pub fn run(session: &Session) -> anyhow::Result<()> {
    let short = Duration::from_millis(50);
    // What forks comes before what starts threads (the pools): fork is sound only without them.
    session.say(&text::PROCESSES, &[])?;
    processes::run(session, &processes::Args { count: 3, sleep: short, way: Way::Fork, measure: false })?;
    session.say(&text::ISOLATION, &[])?;
    isolation::run(session, &isolation::Args { count: 3 })?;
    session.say(&text::ARRAY, &[])?;
    array::run(session, &array::Args { first: Some(1) })?;
    session.say(&text::DICT, &[])?;
    dict::run(session, &dict::Args { sleep: short, measure: false })?;
    session.say(&text::JOIN, &[])?;
    join::run(session, &join::Args { count: 3, sleep: 2 * short })?;
    session.say(&text::LOCK, &[])?;
    lock::run(session, &lock::Args { count: 100 })?;
    session.say(&text::POOL, &[])?;
    pool::run(session, &pool::Args { workers: 5, tasks: 10, sleep: short, no_join: false })?;
    session.say(&text::CRASH, &[])?;
    crash::run(session, &crash::Args { timeout: Duration::from_millis(300) })?;
    session.say(&text::NEXT, &[])?;
    Ok(())
}
