//! caught by: goes-on
//! says: the server died
//! The mistake: that a client was silent for too long is no reason to end the program, with all its other clients.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;
use std::{process, thread};

fn main() -> io::Result<()> {
    let addr = argument("--addr").unwrap_or("127.0.0.1:9999".into());
    let seconds = argument("--timeout").and_then(|text| text.parse().ok()).unwrap_or(5.0);
    let timeout = Duration::from_secs_f64(seconds);
    let listener = TcpListener::bind(addr)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        let _ = thread::Builder::new().spawn(move || {
            if let Err(error) = greet(stream, timeout) {
                eprintln!("cannot greet: {error}");
                #[allow(clippy::disallowed_methods, reason = "this is the mistake")]
                process::exit(1);
            }
        });
    }
}

fn greet(mut stream: TcpStream, timeout: Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(timeout))?;
    let mut name = String::new();
    BufReader::new(&stream).read_line(&mut name)?;
    writeln!(stream, "hello {}", name.trim_end())
}

/// The word behind `name` on the command line.
fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}
