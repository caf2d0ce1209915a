//! loss-count: count what was lost and what was late. The task is in README.md; `cargo lab check loss-count` looks at it.

use std::io;
use std::net::UdpSocket;

/// What is known of a burst.
#[derive(Default)]
struct Burst {
    received: u64,
    lost: u64,
    reordered: u64,
    doubled: u64,
    highest: u16,
}

impl Burst {
    fn take(&mut self, number: u16) {
        self.received += 1;
        // TODO: the first number of a burst may be any.
        // TODO: what is missing now may come later. And what comes after 65,535?
        if number > self.highest {
            self.lost += u64::from(number - self.highest - 1);
            self.highest = number;
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
            let Burst { received, lost, reordered, doubled, .. } = burst;
            println!("received {received}, lost {lost}, reordered {reordered}, doubled {doubled}");
            burst = Burst::default();
        }
    }
}
