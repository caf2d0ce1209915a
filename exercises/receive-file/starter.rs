//! receive-file: take an upload. The task is in README.md; `cargo lab check receive-file` looks at it.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

fn main() -> io::Result<()> {
    let addr = option("--addr").unwrap_or("127.0.0.1:9999".into());
    let dir = option("--dir").unwrap_or(".".into());
    let listener = TcpListener::bind(addr)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept()?;
        if let Err(error) = serve(stream, Path::new(&dir)) {
            eprintln!("receive-file: {error}");
        }
    }
}

/// The word behind `name` on the command line.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}

fn serve(mut stream: TcpStream, dir: &Path) -> io::Result<()> {
    let mut buffer = [0; 1024];
    // TODO: a header ends at its newline, wherever the recv ends. What is behind the newline?
    let count = stream.read(&mut buffer)?;
    let header = String::from_utf8_lossy(&buffer[..count]);
    let Some((name, size)) = header.trim_end().split_once('|') else {
        return Err(io::Error::other(format!("no header: {header:?}")));
    };
    stream.write_all(b"ready\n")?;
    // TODO: a file has as many bytes as its header says, and then comes the next header.
    let mut content = [0; 1024];
    let count = stream.read(&mut content)?;
    fs::write(dir.join(name), &content[..count])?;
    stream.write_all(format!("ok {size}\n").as_bytes())
}
