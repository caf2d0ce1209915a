//! two-doors: two listeners, one wait. The task is in README.md; `cargo lab check two-doors` looks at it.

use std::io::{self, Write};
use std::net::TcpListener;

// For the wait: use rustix::event::{PollFd, PollFlags, poll};
// `PollFd::new(&first, PollFlags::IN)` is one thing to wait for. `poll(&mut waits, None)` waits until something in the array
// `waits` is ready. Then `waits[0].revents()` says what is ready there; it is empty when nothing is.

fn main() -> io::Result<()> {
    // A door for each of the two options.
    let first = open("--addr", "127.0.0.1:8020")?;
    let second = open("--addr2", "127.0.0.1:8021")?;
    loop {
        // TODO: who says that somebody stands at the first door? Wait for both at once (rustix::event::poll), then
        // accept only where the wait says that somebody is.
        for (door, name) in [(&first, "first"), (&second, "second")] {
            let Ok((mut caller, _)) = door.accept() else { continue };
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
