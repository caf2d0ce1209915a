//! hostile-names: a name is no path. The task is in README.md; `cargo lab check hostile-names` looks at it.

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
        let Ok((stream, _)) = listener.accept() else { continue };
        if let Err(error) = serve(&stream, Path::new(&dir)) {
            eprintln!("hostile-names: {error}");
        }
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
        if input.by_ref().take(8192).read_line(&mut header)? == 0 {
            return Ok(());
        }
        // TODO: which bar is the one before the size?
        let parts = header.strip_suffix('\n').and_then(|line| line.split_once('|'));
        let Some((name, Ok(size))) = parts.map(|(name, size)| (name, size.parse::<u64>())) else {
            return Err(io::Error::other(format!("no header: {header:?}")));
        };
        if !is_valid(name) {
            stream.write_all(b"error: this is no name\n")?;
            continue;
        }
        let mut file = File::create(dir.join(name))?;
        stream.write_all(b"ready\n")?;
        if io::copy(&mut input.by_ref().take(size), &mut file)? < size {
            return Err(io::Error::other(format!("the client has gone in the middle of {name}")));
        }
        stream.write_all(format!("ok {size}\n").as_bytes())?;
    }
}

/// Whether a file of this name lies in the folder, and nowhere else.
fn is_valid(name: &str) -> bool {
    // TODO: where does dir.join("../x") lead, and dir.join("/x")? How long may a name be?
    !name.is_empty()
}
