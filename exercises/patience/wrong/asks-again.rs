//! caught by: dropped-in-time
//! says: is still connected
//! deadline: 3
//! The mistake: after the timeout the client is given another one, and then another one.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

fn main() -> io::Result<()> {
    let addr = argument("--addr").unwrap_or("127.0.0.1:9999".into());
    let seconds = argument("--timeout").and_then(|text| text.parse().ok()).unwrap_or(5.0);
    let timeout = Duration::from_secs_f64(seconds);
    let listener = TcpListener::bind(addr)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        let _ = thread::Builder::new().spawn(move || greet(stream, timeout));
    }
}

fn greet(mut stream: TcpStream, timeout: Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(timeout))?;
    let mut name = String::new();
    let mut lines = BufReader::new(stream.try_clone()?);
    while let Err(error) = lines.read_line(&mut name) {
        if error.kind() != io::ErrorKind::WouldBlock {
            return Err(error);
        }
    }
    writeln!(stream, "hello {}", name.trim_end())
}

/// The word behind `name` on the command line.
fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}
