//! caught by: dropped-in-time
//! says: is still connected
//! deadline: 3
//! The mistake: a listener that gives up waiting for clients says nothing about clients that wait with their words.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

fn main() -> io::Result<()> {
    let addr = argument("--addr").unwrap_or("127.0.0.1:9999".into());
    let seconds = argument("--timeout").and_then(|text| text.parse().ok()).unwrap_or(5.0);
    let timeout = Duration::from_secs_f64(seconds);
    let timeout =
        Timespec { tv_sec: timeout.as_secs().cast_signed(), tv_nsec: timeout.subsec_nanos().into() };
    let listener = TcpListener::bind(addr)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        if poll(&mut [PollFd::new(&listener, PollFlags::IN)], Some(&timeout))? == 0 {
            continue;
        }
        let Ok((stream, _)) = listener.accept() else { continue };
        let _ = thread::Builder::new().spawn(move || greet(stream));
    }
}

fn greet(mut stream: TcpStream) -> io::Result<()> {
    let mut name = String::new();
    BufReader::new(&stream).read_line(&mut name)?;
    writeln!(stream, "hello {}", name.trim_end())
}

/// The word behind `name` on the command line.
fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}
