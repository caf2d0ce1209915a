//! caught by: exact
//! says: in a copy of its own
//! The mistake: each child gets the number as an argument, and adds to what is its own copy.

use std::io;
use std::process::Command;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child", value] => child(value.parse().map_err(io::Error::other)?),
        ["--count", count] => parent(count.parse().map_err(io::Error::other)?),
        _ => parent(10),
    }
}

fn child(mut value: u64) -> io::Result<()> {
    println!("pid {} read {value}", std::process::id());
    io::stdin().read_line(&mut String::new())?;
    value += 1;
    eprintln!("now it is {value}");
    Ok(())
}

fn parent(count: u32) -> io::Result<()> {
    let value = 11;
    let mut children = Vec::new();
    for _ in 0..count {
        children.push(Command::new(std::env::current_exe()?).args(["child", &value.to_string()]).spawn()?);
    }
    for mut child in children {
        child.wait()?;
    }
    println!("counter {value}");
    Ok(())
}
