//! caught by: empty
//! says: took it for the end
//! The mistake: no bytes are the end of a stream. UDP has none.

use std::io;
use std::net::UdpSocket;

use rustix::net::{RecvFlags, recvfrom};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 1024];
    loop {
        // `kept` is what is in the buffer, `size` what was sent: it may be more than the buffer has room for.
        let (kept, size, _) = recvfrom(&socket, &mut buffer, RecvFlags::TRUNC)?;
        if size == 0 {
            return Ok(());
        }
        if size > kept {
            println!("{kept} of {size} bytes, {} lost", size - kept);
        } else {
            println!("{size} bytes");
        }
    }
}
