//! caught by: three-clients
//! says: that another one had asked for
//! The mistake: each datagram goes to all clients that were ever seen.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 65_535];
    let mut clients = Vec::new();
    loop {
        let Ok((count, peer)) = socket.recv_from(&mut buffer) else { continue };
        if !clients.contains(&peer) {
            clients.push(peer);
        }
        for client in &clients {
            let _ = socket.send_to(&buffer[..count], client);
        }
    }
}
