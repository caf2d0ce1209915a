//! caught by: three-clients
//! says: connected its socket
//! deadline: 4
//! The mistake: `connect` on a UDP socket filters: the kernel drops what comes from any other address.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 65_535];
    let (mut count, peer) = socket.recv_from(&mut buffer)?;
    socket.connect(peer)?;
    loop {
        let _ = socket.send(&buffer[..count]);
        count = socket.recv(&mut buffer).unwrap_or(0);
    }
}
