//! caught by: cut
//! says: calls it complete
//! The mistake: `recv_from` returns what was kept, not what was sent.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    // The word behind --addr, or a default.
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 1024];
    loop {
        let (kept, _) = socket.recv_from(&mut buffer)?;
        println!("{kept} bytes");
    }
}
