//! caught by: back-to-back
//! says: the header of the next file was stored as content
//! The mistake: it stores all that was received, as soon as that is enough.

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
    let mut input = BufReader::new(stream);
    loop {
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
        let (mut stored, mut buffer) = (0, [0; 4096]);
        while stored < size {
            let count = input.read(&mut buffer)?;
            if count == 0 {
                return Err(io::Error::other(format!("the client has gone in the middle of {name}")));
            }
            file.write_all(&buffer[..count])?;
            stored += count as u64;
        }
        stream.write_all(format!("ok {size}\n").as_bytes())?;
    }
}
