//! forking: a process a client. The task is in README.md; `cargo lab check forking` looks at it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::{env, process, thread};

fn main() -> io::Result<()> {
    let option = |name: &str| env::args().skip_while(|word| word != name).nth(1);
    let counter: u64 = option("--counter").and_then(|number| number.parse().ok()).unwrap_or(0);
    // TODO: started again with an argument of your own, the program is the child, and its stdin is the connection.
    let listener = TcpListener::bind(option("--addr").as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // TODO: start env::current_exe() as a process::Command here, with OwnedFd::from(stream) as its stdin.
        let _ = thread::Builder::new().spawn(move || child(stream, counter));
        // TODO: who waits for the child's end, and prints `PID ended, counter N`?
    }
}

fn child(mut stream: TcpStream, mut counter: u64) -> io::Result<()> {
    let pid = process::id();
    for _ in BufReader::new(stream.try_clone()?).lines().map_while(Result::ok) {
        counter += 1;
        if writeln!(stream, "{pid} {counter}").is_err() {
            break;
        }
    }
    Ok(())
}
