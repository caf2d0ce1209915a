//! broken-upload: a file whole or not at all. The task is in README.md; `cargo lab check broken-upload` looks at it.

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
        // TODO: is it the end of the server when this client has gone?
        serve(&stream, Path::new(&dir))?;
    }
}

/// The word behind `name` on the command line.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}

fn serve(mut stream: &TcpStream, dir: &Path) -> io::Result<()> {
    // `&TcpStream` can be read and written too: the socket itself does not change.
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
        stream.write_all(b"ready\n")?;
        // TODO: the old file is gone as soon as the new one begins. Where could that be written meanwhile?
        let mut file = File::create(dir.join(name))?;
        // TODO: copy also ends when the client does. How is that seen, and what is to be removed?
        io::copy(&mut input.by_ref().take(size), &mut file)?;
        stream.write_all(format!("ok {size}\n").as_bytes())?;
    }
}
