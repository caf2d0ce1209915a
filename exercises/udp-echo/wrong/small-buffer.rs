//! caught by: sizes
//! says: lost what did not fit
//! The mistake: a datagram is received at once or not at all: there is no rest to read later.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 1024];
    loop {
        let Ok((count, peer)) = socket.recv_from(&mut buffer) else { continue };
        let _ = socket.send_to(&buffer[..count], peer);
    }
}
