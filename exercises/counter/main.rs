//! counter: one number for many processes. The task is in README.md; `cargo lab check counter` looks at it.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::process::Command;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child", path] => child(path),
        ["--count", count] => parent(count.parse().map_err(io::Error::other)?),
        _ => parent(10),
    }
}

/// In a child process: adds 1 to the number in the file.
fn child(path: &str) -> io::Result<()> {
    let file = File::options().read(true).write(true).open(path)?;
    // TODO: until this one has written, nobody else may read. Look at the methods of File.
    let value = read(&file)?;
    println!("pid {} read {value}", std::process::id());
    pause();
    write(&file, value + 1)
}

fn parent(count: u32) -> io::Result<()> {
    let path = std::env::temp_dir().join(format!("counter-{}", std::process::id()));
    fs::write(&path, "11")?;
    let mut children = Vec::new();
    for _ in 0..count {
        children.push(Command::new(std::env::current_exe()?).arg("child").arg(&path).spawn()?);
    }
    // TODO: have they all added by now?
    println!("counter {}", fs::read_to_string(&path)?);
    for mut child in children {
        child.wait()?;
    }
    fs::remove_file(&path)
}

fn read(mut file: &File) -> io::Result<u64> {
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    text.parse().map_err(io::Error::other)
}

fn write(mut file: &File, value: u64) -> io::Result<()> {
    file.rewind()?;
    // A number never becomes shorter here, so nothing of the old one is left.
    write!(file, "{value}")
}

/// Where the others come in.
fn pause() {
    // Whether a line comes or the end, it is over.
    let _ = io::stdin().read_line(&mut String::new());
}
