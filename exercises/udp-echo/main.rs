//! udp-echo: send each datagram back. The task is in README.md; `cargo lab check udp-echo` looks at it.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    // The word behind --addr, or a default.
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    // TODO: how large is the largest datagram?
    let mut buffer = [0; 1024];
    loop {
        let count = socket.recv(&mut buffer)?;
        // TODO: send it back. To whom? And may an answer that cannot be sent end the server?
        println!("{count} bytes");
    }
}
