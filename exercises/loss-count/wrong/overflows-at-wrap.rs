//! caught by: wrap
//! says: overflow
//! The mistake: the next number is this one plus 1, in 16 bits.

use std::collections::HashSet;
use std::io;
use std::net::UdpSocket;

/// What is known of a burst.
#[derive(Default)]
struct Burst {
    received: u64,
    reordered: u64,
    doubled: u64,
    /// The number that should come next; none before the first datagram.
    next: Option<u16>,
    /// Numbers before it that have not come.
    missing: HashSet<u16>,
}

impl Burst {
    fn take(&mut self, number: u16) {
        self.received += 1;
        let next = self.next.unwrap_or(number);
        if number >= next {
            self.missing.extend(next..number);
            self.next = Some(number + 1);
        } else if self.missing.remove(&number) {
            self.reordered += 1;
        } else {
            self.doubled += 1;
        }
    }
}

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let socket = UdpSocket::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", socket.local_addr()?);
    let mut burst = Burst::default();
    let mut buffer = [0; 2];
    loop {
        let (count, _) = socket.recv_from(&mut buffer)?;
        if count == 2 {
            burst.take(u16::from_be_bytes(buffer));
        } else if count == 0 {
            let Burst { received, reordered, doubled, ref missing, .. } = burst;
            println!("received {received}, lost {}, reordered {reordered}, doubled {doubled}", missing.len());
            burst = Burst::default();
        }
    }
}
