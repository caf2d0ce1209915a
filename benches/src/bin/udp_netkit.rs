//! Counts datagrams with netkit's `Socket::recv_from`.

use std::io;

use netkit::net::{Kind, Socket};
use netkit::trace::Trace;

fn main() -> anyhow::Result<()> {
    let addr = benches::addr_argument()?.into();
    let mut socket = Socket::new(&addr, Kind::Datagram, &Trace::off())?;
    socket.bind(&addr)?;
    benches::ready(socket.local_addr()?)?;
    let mut buffer = [0; 2048];
    let mut count = 0u64;
    loop {
        let datagram =
            socket.recv_from(&mut buffer)?.ok_or_else(|| io::Error::from(io::ErrorKind::Interrupted))?;
        match datagram.bytes {
            benches::DATAGRAM => count += 1,
            bytes => drop(socket.send_to(&benches::answer(&buffer[..bytes], count), &datagram.from)?),
        }
    }
}
