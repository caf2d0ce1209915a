//! caught by: reordered
//! says: counts reordering as loss
//! The mistake: a gap counts as a loss at once, and for ever.

use std::collections::HashSet;
use std::io;
use std::net::UdpSocket;

/// What is known of a burst.
#[derive(Default)]
struct Burst {
    received: u64,
    reordered: u64,
    doubled: u64,
    /// The highest position so far; none before the first datagram.
    highest: Option<i64>,
    /// Positions below it that have not come.
    missing: HashSet<i64>,
    lost: usize,
}

impl Burst {
    fn take(&mut self, number: u16) {
        self.received += 1;
        let highest = *self.highest.get_or_insert(i64::from(number) - 1);
        // The distance on the circle, read as a signed number: -32,768 to 32,767. So 0 is one step after 65,535.
        let ahead = number.wrapping_sub(highest as u16).cast_signed();
        let position = highest + i64::from(ahead);
        if ahead > 0 {
            self.missing.extend(highest + 1..position);
            self.lost += (highest + 1..position).count();
            self.highest = Some(position);
        } else if self.missing.remove(&position) {
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
            let Burst { received, reordered, doubled, lost, .. } = burst;
            println!("received {received}, lost {lost}, reordered {reordered}, doubled {doubled}");
            burst = Burst::default();
        }
    }
}
