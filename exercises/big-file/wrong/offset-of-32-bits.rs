//! caught by: far-offset
//! says: for which 32 bits are not enough
//! The mistake: 32 bits end at 4 GiB.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
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
    let mut file = File::open(&path)?;
    let size = file.metadata()?.len();

    let mut stream = TcpStream::connect(addr)?;
    stream.write_all(format!("{name}|{size}\n").as_bytes())?;
    // One buffer for both answers: it may have read some of the second one with the first.
    let mut answers = BufReader::new(stream.try_clone()?);
    let answer = line(&mut answers)?;
    let offset = answer.strip_prefix("ready ").and_then(|offset| offset.parse::<u32>().ok());
    let Some(offset) = offset.map(u64::from).filter(|&offset| offset <= size) else {
        return Err(io::Error::other(format!("the server answers {answer:?}")));
    };
    file.seek(SeekFrom::Start(offset))?;
    // No more than was announced, in case that somebody writes to the file just now.
    let sent = io::copy(&mut file.take(size - offset), &mut stream)?;
    // That the kernel has taken the bytes does not mean that they have arrived.
    let answer = line(&mut answers)?;
    if answer != format!("ok {size}") {
        return Err(io::Error::other(format!("the server answers {answer:?}")));
    }
    println!("sent {sent} bytes from {offset}");
    Ok(())
}

/// A whole line without its newline.
fn line(answers: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    answers.take(100).read_line(&mut line)?;
    match line.strip_suffix('\n') {
        Some(line) => Ok(line.to_owned()),
        None => Err(io::Error::other("the server has gone")),
    }
}
