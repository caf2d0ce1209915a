//! caught by: old-file-stays
//! says: before the new one is whole
//! The mistake: the old file is emptied when the new one is begun.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

fn main() -> io::Result<()> {
    let addr = option("--addr").unwrap_or("127.0.0.1:9999".into());
    let dir = option("--dir").unwrap_or(".".into());
    let listener = TcpListener::bind(addr)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // The end of this conversation, not of the server.
        if let Err(error) = serve(&stream, Path::new(&dir)) {
            eprintln!("broken-upload: {error}");
        }
    }
}

/// The word behind `name` on the command line.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}

fn serve(mut stream: &TcpStream, dir: &Path) -> io::Result<()> {
    let mut input = BufReader::new(stream);
    loop {
        let mut header = String::new();
        if input.by_ref().take(1024).read_line(&mut header)? == 0 {
            return Ok(());
        }
        let parts = header.strip_suffix('\n').and_then(|line| line.split_once('|'));
        let Some((name, Ok(size))) = parts.map(|(name, size)| (name, size.parse::<u64>())) else {
            return Err(io::Error::other(format!("no header: {header:?}")));
        };
        let path = dir.join(name);
        let file = File::create(&path)?;
        stream.write_all(b"ready\n")?;
        let received = receive(&mut input, size, file);
        // Too few bytes, a reset, a full disk: there is one place for all of them.
        if let Err(error) = received {
            let _ = fs::remove_file(&path);
            return Err(io::Error::other(format!("{name} was broken off: {error}")));
        }
        stream.write_all(format!("ok {size}\n").as_bytes())?;
    }
}

fn receive(input: &mut impl Read, size: u64, mut file: File) -> io::Result<()> {
    // copy ends after `size` bytes or at the end of the input, and says how many there were.
    if io::copy(&mut input.take(size), &mut file)? < size {
        return Err(io::Error::other("the client has gone"));
    }
    Ok(())
}
