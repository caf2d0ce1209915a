//! caught by: one-wait
//! says: sleeps for a fixed time
//! The mistake: looks at both doors, and sleeps for a while, and looks again. That is no wait: callers wait for the next look.

use std::io::{self, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

fn main() -> io::Result<()> {
    let first = open("--addr", "127.0.0.1:8020")?;
    let second = open("--addr2", "127.0.0.1:8021")?;
    loop {
        for (door, name) in [(&first, "first"), (&second, "second")] {
            // Nobody there (WouldBlock): then perhaps at the other one.
            let Ok((mut caller, _)) = door.accept() else { continue };
            let _ = writeln!(caller, "{name} door");
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A listener on the address behind this option.
fn open(option: &str, default: &str) -> io::Result<TcpListener> {
    let addr = std::env::args().skip_while(|word| word != option).nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or(default))?;
    println!("listening on {}", listener.local_addr()?);
    listener.set_nonblocking(true)?;
    Ok(listener)
}
