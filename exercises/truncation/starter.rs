//! truncation: notice a cut datagram. The task is in README.md; `cargo lab check truncation` looks at it.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    // The word behind --addr, or a default.
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 1024];
    loop {
        // TODO: `recv_from` tells how much it has kept. Which call tells how much there was?
        let (kept, _) = socket.recv_from(&mut buffer)?;
        println!("{kept} bytes");
    }
}
