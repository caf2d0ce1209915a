//! caught by: next-datagram
//! says: next datagram for the rest
//! The mistake: it reads on as from a stream; there is no rest, only the next datagram.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 1024];
    loop {
        let mut size = 0;
        loop {
            let (kept, _) = socket.recv_from(&mut buffer)?;
            size += kept;
            if kept < buffer.len() {
                break;
            }
        }
        if size > buffer.len() {
            println!("1024 of {size} bytes, {} lost", size - buffer.len());
        } else {
            println!("{size} bytes");
        }
    }
}
