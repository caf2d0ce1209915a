//! caught by: one-wait
//! says: blocked in accept
//! The mistake: two waits in two threads. It works, and takes a thread for each listener, where one wait is asked for.

use std::io::{self, Write};
use std::net::TcpListener;
use std::thread;

fn main() -> io::Result<()> {
    let first = open("--addr", "127.0.0.1:8020")?;
    let second = open("--addr2", "127.0.0.1:8021")?;
    thread::scope(|scope| {
        scope.spawn(|| welcome(&first, "first"));
        scope.spawn(|| welcome(&second, "second"));
    });
    Ok(())
}

fn welcome(door: &TcpListener, name: &str) {
    loop {
        let Ok((mut caller, _)) = door.accept() else { continue };
        let _ = writeln!(caller, "{name} door");
    }
}

/// A listener on the address behind this option.
fn open(option: &str, default: &str) -> io::Result<TcpListener> {
    let addr = std::env::args().skip_while(|word| word != option).nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or(default))?;
    println!("listening on {}", listener.local_addr()?);
    Ok(listener)
}
