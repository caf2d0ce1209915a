//! # A dictionary for all
//!
//! You will learn: a manager's dictionary is in neither of those who use it, but in a process of its
//! own. Everybody sees a change at once; what one gets is a copy, and stays one.
//! Run it: `cargo run --bin lesson8 dict`
//! Python: `Manager().dict()`; `dic["list"].append(2)` looks right and is lost.
//! Try: `--measure`: a request to another process beside a look into shared memory.
//!
//! Lines: `server pid P parent Q`; `N values […]` from two children; `visible 102 while child P lives`;
//! `nested append [1]`, `nested update [1, 2]`; with `--measure` also `cost get … us, array … us`.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use netkit::cli::{Session, seconds};
use netkit::manager::{ManagedDict, Manager};
use netkit::process::{Process, ProcessEvent, SharedArray};

use crate::child;
use crate::children::{join, spawned};

#[derive(clap::Args)]
pub struct Args {
    /// How many seconds the child lives after it has changed the dictionary
    #[arg(long, default_value = "0.1", value_parser = seconds)]
    pub sleep: Duration,
    /// Measure what a look into the dictionary costs, too
    #[arg(long)]
    pub measure: bool,
}

/// A dictionary of numbers, and one of lists.
type Numbers = ManagedDict<u32, u32>;
type Lists = ManagedDict<String, Vec<u32>>;

// ANCHOR: dict
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let manager = Manager::start()?;
    session.line(format!("server pid {} parent {}", manager.pid(), std::process::id()))?;
    // 1. Two children, one after the other; the second one sees what the first one has put there.
    let dict: Numbers = manager.dict()?;
    for number in 0..2 {
        join(session, &spawned(session, Process::spawn(put, (number, dict.clone())))?)?;
    }
    // 2. A child that puts something there and lives on. Nothing is copied back at its end: it is
    //    there already.
    let there = ProcessEvent::new()?;
    let child = spawned(session, Process::spawn(put_and_live, (dict.clone(), there.clone(), args.sleep)))?;
    there.wait_timeout(Duration::from_secs(10));
    let seen = dict.get(&2)?.context("the value is not there")?;
    let lives = if child.is_alive() { "lives" } else { "has ended" };
    session.line(format!("visible {seen} while child {} {lives}", child.pid()))?;
    join(session, &child)?;
    // 3. A list in a dictionary: appended to a copy, and at the server.
    let lists: Lists = manager.dict()?;
    let key = "list".to_string();
    lists.set(&key, &vec![1])?;
    join(session, &spawned(session, Process::spawn(append_to_copy, lists.clone()))?)?;
    session.line(format!("nested append {:?}", lists.get(&key)?.unwrap_or_default()))?;
    join(session, &spawned(session, Process::spawn(append_there, lists.clone()))?)?;
    session.line(format!("nested update {:?}", lists.get(&key)?.unwrap_or_default()))?;
    if args.measure {
        let array = SharedArray::from_slice(&[11])?;
        let asked = each(|| dict.get(&2).is_ok());
        let looked = each(|| array.get(0).is_some());
        session.line(format!("cost get {asked:.2} us, array {looked:.3} us"))?;
    }
    manager.shutdown()?;
    Ok(())
}

pub fn append_to_copy(lists: Lists) {
    let appended = lists.get(&"list".to_string()).map(|list| {
        // The list is ours alone. In Python the same is one innocent line.
        list.unwrap_or_default().push(2);
    });
    child::ends(appended.map_err(Into::into));
}

pub fn append_there(lists: Lists) {
    let appended = lists.update_with(&"list".to_string(), append, 2);
    child::ends(appended.map(|_| ()).map_err(Into::into));
}

/// Runs in the manager's process: nobody comes between the reading and the writing.
pub fn append(mut list: Vec<u32>, item: u32) -> Vec<u32> {
    list.push(item);
    list
}
// ANCHOR_END: dict

/// The documents' `Foo`: puts a number there, and prints all.
pub fn put(number: u32, dict: Numbers) {
    child::ends(try_put(number, &dict));
}

fn try_put(number: u32, dict: &Numbers) -> anyhow::Result<()> {
    dict.set(&number, &(100 + number))?;
    let values: Vec<u32> = dict.items()?.into_iter().map(|(_, value)| value).collect();
    child::line(format!("{number} values {values:?}"))?;
    Ok(())
}

pub fn put_and_live(dict: Numbers, there: ProcessEvent, sleep: Duration) {
    child::ends(dict.set(&2, &102).map_err(Into::into));
    there.set();
    thread::sleep(sleep);
}

/// Microseconds for each of many.
fn each(mut work: impl FnMut() -> bool) -> f64 {
    const ROUNDS: u32 = 2000;
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(work());
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
}
