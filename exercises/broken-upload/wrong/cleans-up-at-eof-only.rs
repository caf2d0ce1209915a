//! caught by: nothing-stays
//! says: a client that resets
//! The mistake: a reset is an error of `copy`, and `?` leaves with it.

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
        // In the same folder: a rename does not lead from one file system to another.
        let temporary = dir.join(".upload");
        let mut file = File::create(&temporary)?;
        stream.write_all(b"ready\n")?;
        // copy ends after `size` bytes or at the end of the input, and says how many there were.
        if io::copy(&mut input.by_ref().take(size), &mut file)? < size {
            fs::remove_file(&temporary)?;
            return Err(io::Error::other(format!("the client has gone in the middle of {name}")));
        }
        fs::rename(&temporary, dir.join(name))?;
        stream.write_all(format!("ok {size}\n").as_bytes())?;
    }
}
