//! big-file: a gigabyte in little memory. The task is in README.md; `cargo lab check big-file` looks at it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    match upload() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("big-file: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The word behind `name` on the command line.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}

fn upload() -> io::Result<()> {
    let addr = option("--addr").unwrap_or("127.0.0.1:9999".into());
    let path = PathBuf::from(option("--file").unwrap_or_default());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // TODO: a file can be larger than the memory. What do you need to know before the first byte is read?
    let content = std::fs::read(&path)?;

    let mut stream = TcpStream::connect(addr)?;
    stream.write_all(format!("{name}|{}\n", content.len()).as_bytes())?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    // TODO: the answer is `ready OFFSET`. From where on is the file to be sent?
    stream.write_all(&content)?;
    // TODO: who says that all of it has arrived?
    println!("sent {} bytes from 0", content.len());
    Ok(())
}
