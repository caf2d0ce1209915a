//! caught by: child-ends
//! says: accepts
//! deadline: 4
//! The mistake: the child is given the listener as its stdout, and takes the next client from it.

use std::fs::File;
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
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // A process that cannot be started costs this client its connection, and the server nothing.
        let Ok(child) = start(&listener, stream, counter) else { continue };
        // Until somebody waits for it, a child that has ended stays in the kernel's table: a thread has the time for that.
        let _ = thread::Builder::new().spawn(move || collect(child, counter));
    }
}

/// The listener and all other descriptors of the standard library are closed at exec; what is handed over is not. Our own
/// copy of the stream goes with the Command: without that the client would never read EOF.
fn start(listener: &TcpListener, stream: TcpStream, counter: u64) -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .args(["--child", "--counter", &counter.to_string()])
        .stdin(OwnedFd::from(stream))
        .stdout(OwnedFd::from(listener.try_clone()?))
        .spawn()
}

fn collect(mut child: Child, counter: u64) {
    if child.wait().is_ok() {
        println!("{} ended, counter {counter}", child.id());
    }
}

/// The other process: one client, then the end.
fn child(mut counter: u64) -> io::Result<()> {
    let first = TcpStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    serve(first, &mut counter)?;
    // The client reads EOF only when stdin is closed as well: here it becomes something else.
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    let listener = TcpListener::from(io::stdout().as_fd().try_clone_to_owned()?);
    loop {
        let (stream, _) = listener.accept()?;
        serve(stream, &mut counter)?;
    }
}

fn serve(mut stream: TcpStream, counter: &mut u64) -> io::Result<()> {
    let pid = process::id();
    for _ in BufReader::new(stream.try_clone()?).lines().map_while(Result::ok) {
        *counter += 1;
        if writeln!(stream, "{pid} {counter}").is_err() {
            break;
        }
    }
    Ok(())
}
