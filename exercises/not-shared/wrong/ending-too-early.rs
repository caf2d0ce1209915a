//! caught by: ending-is-last
//! says: must come last
//! The mistake: `ending` is printed while the children's lines are still on their way through pipes.

use std::io;
use std::process::{Command, Stdio};

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
    let mut children = Vec::new();
    for number in 0..count {
        children.push(
            Command::new(std::env::current_exe()?)
                .args(["child", &number.to_string()])
                .stdout(Stdio::piped())
                .spawn()?,
        );
    }
    println!("ending {list:?}");
    for child in children {
        print!("{}", String::from_utf8_lossy(&child.wait_with_output()?.stdout));
    }
    Ok(())
}
