//! udp-echo, solved: recv_from gives the sender's address together with each datagram.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    // What does not fit into the buffer is lost; no datagram is longer than this.
    let mut buffer = [0; 65_535];
    loop {
        // There is no connection to end. What fails here concerns an earlier answer, not the next datagram.
        let Ok((count, peer)) = socket.recv_from(&mut buffer) else { continue };
        let _ = socket.send_to(&buffer[..count], peer);
    }
}
