//! caught by: all-at-once
//! says: before it starts the next one
//! The mistake: each child is waited for before the next one is started. They run one after the other.

use std::io;
use std::process::Command;

fn main() -> io::Result<()> {
    let mut list: Vec<u32> = Vec::new();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child", number] => child(number, &mut list),
        ["--count", count] => parent(count.parse().map_err(io::Error::other)?, &list),
        _ => parent(3, &list),
    }
}

/// In a child process, which began with an empty list like everybody.
fn child(number: &str, list: &mut Vec<u32>) -> io::Result<()> {
    list.push(number.parse().map_err(io::Error::other)?);
    println!("say hi {list:?} pid {}", std::process::id());
    Ok(())
}

fn parent(count: u32, list: &[u32]) -> io::Result<()> {
    for number in 0..count {
        Command::new(std::env::current_exe()?).args(["child", &number.to_string()]).status()?;
    }
    println!("ending {list:?}");
    Ok(())
}
