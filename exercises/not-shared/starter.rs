//! not-shared: children with lists of their own. The task is in README.md; `cargo lab check not-shared` looks at it.

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
    // TODO: append the number, and say which process this is.
    println!("say hi {list:?} to number {number}");
    list.clear();
    Ok(())
}

fn parent(count: u32, list: &[u32]) -> io::Result<()> {
    for number in 0..count {
        // TODO: a Child that nobody waits for goes on alone. All are to run at once, and all are to have ended before
        // the last line.
        Command::new(std::env::current_exe()?).args(["child", &number.to_string()]).spawn()?;
    }
    println!("ending {list:?}");
    Ok(())
}
