//! caught by: counts
//! says: one more than its backlog
//! The mistake: it connects as many clients as are said to fit, and looks no further.

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
    for _ in 0..backlog {
        clients.push(TcpStream::connect(addr)?);
    }
    println!("{}", clients.len());
    Ok(())
}
