//! caught by: split-answer
//! says: it ends at its newline
//! The mistake: one read is taken for one answer.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
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
    let mut answers = stream.try_clone()?;
    let answer = line(&mut answers)?;
    let offset = answer.strip_prefix("ready ").and_then(|offset| offset.parse::<u64>().ok());
    let Some(offset) = offset.filter(|&offset| offset <= size) else {
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

/// What the server says, without its newline.
fn line(answers: &mut impl Read) -> io::Result<String> {
    let mut buffer = [0; 100];
    let count = answers.read(&mut buffer)?;
    Ok(String::from_utf8_lossy(&buffer[..count]).trim_end().to_owned())
}
