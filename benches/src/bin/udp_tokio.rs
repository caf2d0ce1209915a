//! Counts datagrams with tokio, one thread.

use std::io;

use tokio::net::UdpSocket;

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let socket = UdpSocket::bind(benches::addr_argument()?).await?;
        benches::ready(socket.local_addr()?)?;
        let mut buffer = [0; 2048];
        let mut count = 0u64;
        loop {
            match socket.recv_from(&mut buffer).await? {
                (benches::DATAGRAM, _) => count += 1,
                (bytes, from) => drop(socket.send_to(&benches::answer(&buffer[..bytes], count), from).await?),
            }
        }
    })
}
