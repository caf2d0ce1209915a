//! caught by: child-ends
//! says: its own copy
//! deadline: 4
//! The mistake: the parent keeps its copy of every connection.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command};
use std::{env, process, thread};

fn main() -> io::Result<()> {
    let option = |name: &str| env::args().skip_while(|word| word != name).nth(1);
    let counter: u64 = option("--counter").and_then(|number| number.parse().ok()).unwrap_or(0);
    if env::args().any(|word| word == "--child") {
        return child(counter);
    }
    let listener = TcpListener::bind(option("--addr").as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    let mut clients = Vec::new();
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        clients.extend(stream.try_clone());
        // A process that cannot be started costs this client its connection, and the server nothing.
        let Ok(child) = start(stream, counter) else { continue };
        // Until somebody waits for it, a child that has ended stays in the kernel's table: a thread has the time for that.
        let _ = thread::Builder::new().spawn(move || collect(child, counter));
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

fn collect(mut child: Child, counter: u64) {
    if child.wait().is_ok() {
        println!("{} ended, counter {counter}", child.id());
    }
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
