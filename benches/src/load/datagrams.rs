//! Datagrams, as fast as one thread sends them; the receiver says how many it got.

use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Done, PATIENCE};

/// The most datagrams of one run.
const MOST: u64 = 5_000_000;

/// A sender to one receiver.
pub struct Datagrams {
    socket: UdpSocket,
    questions: Cell<u64>,
}

impl Datagrams {
    /// # Errors
    /// Those of bind(2) and connect(2).
    pub fn to(addr: SocketAddr) -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.connect(addr)?;
        socket.set_read_timeout(Some(Duration::from_millis(200)))?;
        Ok(Datagrams { socket, questions: Cell::new(0) })
    }

    /// Sends for `time`, then asks how many came: those count. What found no room is lost.
    ///
    /// # Errors
    /// The receiver does not answer, or says that it got what was never sent.
    pub fn run(&self, time: Duration) -> Result<Done> {
        let before = self.ask()?;
        let begun = Instant::now();
        let mut sent = 0u64;
        let datagram = [b'.'; benches::DATAGRAM];
        while begun.elapsed() < time && sent < MOST {
            // The clock is looked at once in a while.
            for _ in 0..64 {
                self.socket.send(&datagram)?;
            }
            sent += 64;
        }
        let time = begun.elapsed();
        let count = self.ask()? - before;
        if count == 0 || count > sent {
            bail!("{sent} datagrams were sent, and the receiver says that {count} came");
        }
        Ok(Done { count, time })
    }

    /// The receiver's count; asked again when question or answer is lost.
    fn ask(&self) -> Result<u64> {
        let begun = Instant::now();
        let mut answer = [0; 64];
        self.questions.set(self.questions.get() + 1);
        let question = format!("question {}: ", self.questions.get());
        while begun.elapsed() < PATIENCE {
            self.socket.send(question.as_bytes())?;
            // Late answers to earlier questions are passed over.
            while let Ok(received) = self.socket.recv(&mut answer) {
                let text = std::str::from_utf8(&answer[..received])?;
                if let Some(count) = text.strip_prefix(&question) {
                    return count.parse().with_context(|| format!("{text:?} has no number"));
                }
            }
        }
        bail!("the receiver does not answer")
    }
}
