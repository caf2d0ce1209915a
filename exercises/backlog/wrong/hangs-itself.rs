//! caught by: does-not-hang
//! says: neither finished nor refused
//! deadline: 2
//! The mistake: it waits for the connect that finds the queue full, for two minutes.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};

fn main() -> Result<(), Box<dyn Error>> {
    let backlog: i32 = std::env::args().nth(1).ok_or("how large a backlog?")?.parse()?;
    let listener = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&listener, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    listen(&listener, backlog)?;
    let addr = SocketAddr::try_from(getsockname(&listener)?)?;
    let mut clients = Vec::new();
    while let Ok(client) = TcpStream::connect(addr) {
        clients.push(client);
    }
    println!("{}", clients.len());
    Ok(())
}
