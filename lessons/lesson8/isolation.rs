//! # Isolation
//!
//! You will learn: a child has a copy of what its parent had. What it appends to its list, nobody
//! else sees; at the end the parent's list is as empty as at the beginning.
//! Run it: `cargo run --bin lesson8 isolation`
//! Python: a list, and `Process(target=foo, args=(i,))` with `li.append(i)` in `foo`.
//! Try: threads in place of processes: Rust asks for a `Mutex` around the list.
//!
//! Lines: `say hi [N] pid P` from each child, in any order; at last `ending []`.

use netkit::cli::Session;
use netkit::process::Process;

use crate::child;
use crate::children::{Children, forked};

#[derive(clap::Args)]
pub struct Args {
    /// How many children
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub count: u32,
}

// ANCHOR: isolation
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let mut list: Vec<u32> = Vec::new();
    let mut children = Children::new(session);
    for number in 0..args.count {
        children.start(|| {
            let append = || {
                // This is the child's list: the same content at first, and from now on another list.
                list.push(number);
                let said = child::line(format!("say hi {list:?} pid {}", std::process::id()));
                child::ends(said.map_err(Into::into));
            };
            forked(session, Process::fork(append))
        })?;
    }
    // All have appended when all have been joined; the documents print before that.
    children.join()?;
    session.line(format!("ending {list:?}"))?;
    Ok(())
}
// ANCHOR_END: isolation
