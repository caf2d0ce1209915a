//! # Shared numbers
//!
//! You will learn: memory that several processes see; which child changes it first is open, so both
//! tables of the documents are right. Numbers of a fixed size have a largest value.
//! Run it: `cargo run --bin lesson8 array --first 1`
//! Python: `Array('i', [11,22,33,44])`; its integers wrap around, asked for or not.
//! Try: without `--first`, some twenty times.
//!
//! Lines: `N -----> V` four times from each child; `ending […]`; for each type `typecode i = int = i32, 4
//! bytes` (Python's letter, C, Rust); `add i A + 1: refused` and `wrapping add i A + 1: B`.

use netkit::cli::Session;
use netkit::process::{Process, SharedArray, SharedValue, TYPECODES};

use crate::child;
use crate::children::{Children, join, spawned};

#[derive(clap::Args)]
pub struct Args {
    /// The child that goes first, 0 or 1; without it, whichever comes first
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=1))]
    pub first: Option<u32>,
}

// ANCHOR: array
pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let temp = SharedArray::from_slice(&[11, 22, 33, 44])?;
    // 1. A clone is the same memory: it travels to the child like any other argument.
    if let Some(first) = args.first {
        join(session, &spawned(session, Process::spawn(change, (first, temp.clone())))?)?;
    }
    let mut children = Children::new(session);
    for number in (0..2).filter(|number| Some(*number) != args.first) {
        children.start(|| spawned(session, Process::spawn(change, (number, temp.clone()))))?;
    }
    children.join()?;
    session.line(format!("ending {:?}", temp.to_vec()))?;
    // 2. What can be shared: numbers, each with the size that it has in C.
    for row in TYPECODES {
        let (code, c, rust, bytes) = (row.code, row.c, row.rust, row.bytes);
        session.line(format!("typecode {code} = {c} = {rust}, {bytes} bytes"))?;
    }
    // 3. The largest one, and one more.
    let (int, byte) = (SharedValue::new(i32::MAX)?, SharedValue::new(u8::MAX)?);
    session.line(format!("add i {} + 1: {}", i32::MAX, shown(int.fetch_add(1))))?;
    int.wrapping_add(1);
    session.line(format!("wrapping add i {} + 1: {}", i32::MAX, int.get()))?;
    session.line(format!("add B {} + 1: {}", u8::MAX, shown(byte.fetch_add(1))))?;
    byte.wrapping_add(1);
    session.line(format!("wrapping add B {} + 1: {}", u8::MAX, byte.get()))?;
    Ok(())
}

/// The documents' `Foo`: changes one number, and prints all.
pub fn change(number: u32, temp: SharedArray<i32>) {
    child::ends(try_change(number, &temp));
}

fn try_change(number: u32, temp: &SharedArray<i32>) -> anyhow::Result<()> {
    temp.set(number as usize, 100 + number as i32)?;
    let lines: Vec<String> = temp.to_vec().iter().map(|item| format!("{number} -----> {item}")).collect();
    child::line(lines.join("\n"))?;
    Ok(())
}
// ANCHOR_END: array

fn shown<T: std::fmt::Display, E>(sum: Result<T, E>) -> String {
    sum.map_or("refused".to_string(), |before| format!("done, it was {before}"))
}
