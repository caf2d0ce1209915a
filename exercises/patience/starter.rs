//! patience: a silent client costs the others nothing. The task is in README.md; `cargo lab check patience` looks at it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

fn main() -> io::Result<()> {
    let addr = argument("--addr").unwrap_or("127.0.0.1:9999".into());
    let seconds = argument("--timeout").and_then(|text| text.parse().ok()).unwrap_or(5.0);
    let timeout = Duration::from_secs_f64(seconds);
    let listener = TcpListener::bind(addr)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // TODO: while this one is waited for, nobody else is served. A thread for each client?
        greet(stream, timeout)?;
    }
}

/// Answers the client's line.
fn greet(mut stream: TcpStream, _timeout: Duration) -> io::Result<()> {
    // TODO: a read waits for ever, unless the stream was told how long. And what ends when it has waited in vain?
    let mut name = String::new();
    BufReader::new(&stream).read_line(&mut name)?;
    writeln!(stream, "hello {}", name.trim_end())
}

/// The word behind `name` on the command line.
fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}
