//! caught by: no-zombies
//! says: zombies
//! deadline: 4
//! The mistake: nobody waits for the children: they stay as zombies.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command};
use std::{env, process};

fn main() -> io::Result<()> {
    let option = |name: &str| env::args().skip_while(|word| word != name).nth(1);
    let counter: u64 = option("--counter").and_then(|number| number.parse().ok()).unwrap_or(0);
    if env::args().any(|word| word == "--child") {
        return child(counter);
    }
    let listener = TcpListener::bind(option("--addr").as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // It runs on its own from here.
        let _ = start(stream, counter);
    }
}

/// The listener and all other descriptors of the standard library are closed at exec; what is handed over is not. Our own
/// copy of the stream goes with the Command: without that the client would never read EOF.
fn start(stream: TcpStream, counter: u64) -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .args(["--child", "--counter", &counter.to_string()])
        .stdin(OwnedFd::from(stream))
        .spawn()
}

/// The other process: one client, then the end.
fn child(mut counter: u64) -> io::Result<()> {
    let mut stream = TcpStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let pid = process::id();
    for _ in BufReader::new(stream.try_clone()?).lines().map_while(Result::ok) {
        counter += 1;
        if writeln!(stream, "{pid} {counter}").is_err() {
            break;
        }
    }
    Ok(())
}
