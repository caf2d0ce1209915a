//! caught by: counts
//! says: has not finished
//! The mistake: a connect that was not refused is not one that finished.

use std::error::Error;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};

fn main() -> Result<(), Box<dyn Error>> {
    let backlog: i32 = std::env::args().nth(1).ok_or("how large a backlog?")?.parse()?;
    let listener = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&listener, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    listen(&listener, backlog)?;
    let addr = SocketAddr::try_from(getsockname(&listener)?)?;
    let mut clients = Vec::new();
    let mut count = 0;
    for _ in 0..backlog + 5 {
        match TcpStream::connect_timeout(&addr, Duration::from_millis(50)) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => break,
            client => {
                count += 1;
                clients.push(client);
            }
        }
    }
    println!("{count}");
    Ok(())
}
