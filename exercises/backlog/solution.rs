//! backlog, solved: connect until one hangs, and give that one a moment only.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};

/// Over loopback a connect finishes within its own system call, or not at all.
const MOMENT: Duration = Duration::from_millis(100);

fn main() -> Result<(), Box<dyn Error>> {
    let backlog: i32 = std::env::args().nth(1).ok_or("how large a backlog?")?.parse()?;
    // `TcpListener::bind` picks a backlog of its own, so this listener is made by hand.
    let listener = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&listener, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    listen(&listener, backlog)?;
    let addr = SocketAddr::try_from(getsockname(&listener)?)?;

    // Nobody accepts. Linux lets one more in than the backlog says; the next one's first packet is dropped without an
    // answer, so that it is not refused: it hangs, and would try again after a second, then two, then four.
    let mut clients = Vec::new();
    while let Ok(client) = TcpStream::connect_timeout(&addr, MOMENT) {
        clients.push(client);
    }
    println!("{}", clients.len());
    Ok(())
}
