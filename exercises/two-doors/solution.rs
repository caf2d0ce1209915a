//! two-doors, solved: poll waits for both and says at which one somebody stands.

use std::io::{self, Write};
use std::net::TcpListener;

use rustix::event::{PollFd, PollFlags, poll};

fn main() -> io::Result<()> {
    let first = open("--addr", "127.0.0.1:8020")?;
    let second = open("--addr2", "127.0.0.1:8021")?;
    loop {
        let mut waits = [PollFd::new(&first, PollFlags::IN), PollFd::new(&second, PollFlags::IN)];
        // A signal may end the wait with nothing (EINTR): then neither is ready, and we wait again.
        if poll(&mut waits, None).is_err() {
            continue;
        }
        for (wait, (door, name)) in waits.iter().zip([(&first, "first"), (&second, "second")]) {
            // Only where somebody is: accept would wait for the next one otherwise.
            if wait.revents().is_empty() {
                continue;
            }
            let Ok((mut caller, _)) = door.accept() else { continue };
            // A caller that has left makes this fail, which is nobody else's matter.
            let _ = writeln!(caller, "{name} door");
        }
    }
}

/// A listener on the address behind this option.
fn open(option: &str, default: &str) -> io::Result<TcpListener> {
    let addr = std::env::args().skip_while(|word| word != option).nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or(default))?;
    println!("listening on {}", listener.local_addr()?);
    Ok(listener)
}
