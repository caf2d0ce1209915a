//! caught by: echo
//! says: sends its whole buffer
//! The mistake: the buffer is sent, not the datagram in it.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 2048];
    loop {
        let Ok((_, peer)) = socket.recv_from(&mut buffer) else { continue };
        let _ = socket.send_to(&buffer, peer);
    }
}
