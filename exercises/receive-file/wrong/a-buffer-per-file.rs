//! caught by: back-to-back
//! says: is the next header, keep it
//! The mistake: the buffer ends with the file, and what it has read too much ends with it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

fn main() -> io::Result<()> {
    let addr = option("--addr").unwrap_or("127.0.0.1:9999".into());
    let dir = option("--dir").unwrap_or(".".into());
    let listener = TcpListener::bind(addr)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept()?;
        if let Err(error) = serve(&stream, Path::new(&dir)) {
            eprintln!("receive-file: {error}");
        }
    }
}

/// The word behind `name` on the command line.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}

fn serve(mut stream: &TcpStream, dir: &Path) -> io::Result<()> {
    loop {
        let mut input = BufReader::new(stream);
        let mut header = String::new();
        // No header is endless.
        if input.by_ref().take(1024).read_line(&mut header)? == 0 {
            return Ok(());
        }
        let parts = header.strip_suffix('\n').and_then(|line| line.split_once('|'));
        let Some((name, Ok(size))) = parts.map(|(name, size)| (name, size.parse::<u64>())) else {
            return Err(io::Error::other(format!("no header: {header:?}")));
        };
        stream.write_all(b"ready\n")?;
        let mut file = File::create(dir.join(name))?;
        // take() ends after as many bytes, or earlier at the end of the connection.
        if io::copy(&mut input.by_ref().take(size), &mut file)? < size {
            return Err(io::Error::other(format!("the client has gone in the middle of {name}")));
        }
        stream.write_all(format!("ok {size}\n").as_bytes())?;
    }
}
