//! caught by: empty
//! says: took it for the end
//! The mistake: no bytes are the end of a stream. UDP has none.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 65_535];
    loop {
        let Ok((count, peer)) = socket.recv_from(&mut buffer) else { continue };
        if count == 0 {
            return Ok(());
        }
        let _ = socket.send_to(&buffer[..count], peer);
    }
}
