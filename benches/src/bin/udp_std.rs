//! Counts datagrams with the standard library.

use std::io;
use std::net::UdpSocket;

fn main() -> io::Result<()> {
    let socket = UdpSocket::bind(benches::addr_argument()?)?;
    benches::ready(socket.local_addr()?)?;
    let mut buffer = [0; 2048];
    let mut count = 0u64;
    loop {
        match socket.recv_from(&mut buffer)? {
            (benches::DATAGRAM, _) => count += 1,
            (bytes, from) => drop(socket.send_to(&benches::answer(&buffer[..bytes], count), from)?),
        }
    }
}
