//! caught by: own-list
//! says: and nothing else
//! The mistake: one child for all numbers. Its list is not the parent's, but it is the same for all of them.

use std::io;
use std::process::Command;

fn main() -> io::Result<()> {
    let mut list: Vec<u32> = Vec::new();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child", count] => child(count, &mut list),
        ["--count", count] => parent(count.parse().map_err(io::Error::other)?, &list),
        _ => parent(3, &list),
    }
}

/// In the child process.
fn child(count: &str, list: &mut Vec<u32>) -> io::Result<()> {
    for number in 0..count.parse().map_err(io::Error::other)? {
        list.push(number);
        println!("say hi {list:?} pid {}", std::process::id());
    }
    Ok(())
}

fn parent(count: u32, list: &[u32]) -> io::Result<()> {
    Command::new(std::env::current_exe()?).args(["child", &count.to_string()]).status()?;
    println!("ending {list:?}");
    Ok(())
}
