//! Echo with the standard library: a thread for each client, no limit.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Bytes taken with one read.
const PIECE: usize = 4 * 1024;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind(benches::addr_argument()?)?;
    benches::ready(listener.local_addr()?)?;
    for client in listener.incoming() {
        // An error of accept is a client that has gone again.
        let Ok(client) = client else { continue };
        thread::Builder::new().name("client".to_string()).spawn(move || echo(client))?;
    }
    Ok(())
}

fn echo(mut client: TcpStream) -> io::Result<()> {
    let mut buffer = [0; PIECE];
    loop {
        match client.read(&mut buffer)? {
            0 => return Ok(()),
            received => client.write_all(&buffer[..received])?,
        }
    }
}
