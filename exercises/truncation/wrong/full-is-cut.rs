//! caught by: full
//! says: exactly fills the buffer
//! The mistake: a full buffer is taken for a cut datagram.

use std::io;
use std::net::UdpSocket;

use rustix::net::{RecvFlags, recvfrom};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 1024];
    loop {
        let (kept, size, _) = recvfrom(&socket, &mut buffer, RecvFlags::TRUNC)?;
        if kept == 1024 {
            println!("{kept} of {size} bytes, {} lost", size - kept);
        } else {
            println!("{size} bytes");
        }
    }
}
