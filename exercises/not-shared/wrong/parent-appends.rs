//! caught by: parents-list
//! says: must be empty, not
//! The mistake: the parent appends, too, as if the children had done it to its list.

use std::io;
use std::process::Command;

fn main() -> io::Result<()> {
    let mut list: Vec<u32> = Vec::new();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child", number] => child(number, &mut list),
        ["--count", count] => parent(count.parse().map_err(io::Error::other)?, &mut list),
        _ => parent(3, &mut list),
    }
}

/// In a child process, which began with an empty list like everybody.
fn child(number: &str, list: &mut Vec<u32>) -> io::Result<()> {
    list.push(number.parse().map_err(io::Error::other)?);
    println!("say hi {list:?} pid {}", std::process::id());
    Ok(())
}

fn parent(count: u32, list: &mut Vec<u32>) -> io::Result<()> {
    let mut children = Vec::new();
    for number in 0..count {
        children.push(Command::new(std::env::current_exe()?).args(["child", &number.to_string()]).spawn()?);
        list.push(number);
    }
    // All of them run now. In the loop above, each would have been waited for before the next one began.
    for mut child in children {
        child.wait()?;
    }
    println!("ending {list:?}");
    Ok(())
}
