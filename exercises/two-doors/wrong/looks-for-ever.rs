//! caught by: idle
//! says: it spins
//! The mistake: accepts without waiting, at one door and then at the other, as fast as the CPU can.

use std::io::{self, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let first = open("--addr", "127.0.0.1:8020")?;
    let second = open("--addr2", "127.0.0.1:8021")?;
    loop {
        for (door, name) in [(&first, "first"), (&second, "second")] {
            // Nobody there (WouldBlock): then perhaps at the other one.
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
    listener.set_nonblocking(true)?;
    Ok(listener)
}
