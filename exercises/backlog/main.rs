//! backlog: how many clients can wait? The task is in README.md; `cargo lab check backlog` looks at it.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};

fn main() -> Result<(), Box<dyn Error>> {
    let backlog: i32 = std::env::args().nth(1).ok_or("how large a backlog?")?.parse()?;
    // `TcpListener::bind` picks a backlog of its own, so this listener is made by hand.
    let listener = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&listener, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    listen(&listener, 128)?; // TODO: this is not the backlog that was asked for.
    let addr = SocketAddr::try_from(getsockname(&listener)?)?;

    // Nobody accepts. Who has connected must stay connected while the others try.
    let mut clients = Vec::new();
    for _ in 0..backlog {
        // TODO: go on until no further connect finishes. A connect that finds the queue full does
        // not fail. It hangs. How do you stop waiting?
        clients.push(TcpStream::connect(addr)?);
    }
    println!("{}", clients.len());
    Ok(())
}
