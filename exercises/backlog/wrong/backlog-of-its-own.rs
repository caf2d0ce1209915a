//! caught by: counts
//! says: `listen` was called with another backlog
//! The mistake: `TcpListener::bind` listens by itself, with a backlog that nobody has asked for.

use std::error::Error;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let _backlog: i32 = std::env::args().nth(1).ok_or("how large a backlog?")?.parse()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = listener.local_addr()?;
    let mut clients = Vec::new();
    while let Ok(client) = TcpStream::connect_timeout(&addr, Duration::from_millis(100)) {
        clients.push(client);
    }
    println!("{}", clients.len());
    Ok(())
}
