//! caught by: long-names
//! says: the server died
//! The mistake: the header has room for 1,024 bytes, and nobody has asked how many there are.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
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
    let mut input = BufReader::new(stream);
    loop {
        let (mut header, mut length) = ([0; 1024], 0);
        for byte in input.by_ref().bytes() {
            header[length] = byte?;
            length += 1;
            if header[length - 1] == b'\n' {
                break;
            }
        }
        if length == 0 {
            return Ok(());
        }
        let header = String::from_utf8_lossy(&header[..length]);
        // The last bar: those before it belong to the name.
        let parts = header.strip_suffix('\n').and_then(|line| line.rsplit_once('|'));
        let Some((name, Ok(size))) = parts.map(|(name, size)| (name, size.parse::<u64>())) else {
            return Err(io::Error::other(format!("no header: {header:?}")));
        };
        if !is_valid(name) {
            stream.write_all(b"error: a name is 1 to 255 bytes without slashes\n")?;
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
    // Without a slash it is one step, and there are only two steps that lead out or nowhere. len() counts bytes, as
    // file systems do; the characters may be of any language.
    (1..=255).contains(&name.len())
        && name != "."
        && name != ".."
        && !name.contains(|character: char| character == '/' || character.is_control())
}
