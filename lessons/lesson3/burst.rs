//! # A burst
//!
//! You will learn: that datagrams are lost without a network, on one machine, when the receiver is
//! slow; what a larger buffer changes; how many system calls receiving costs.
//! Run it: `cargo run --bin lesson3 burst`
//! Python: `setsockopt(SOL_SOCKET, SO_RCVBUF, …)`; it has no recvmmsg.
//! Try: `--count 100`, `--size 10`. (recvmmsg is Linux only.)

use std::io;
use std::time::Duration;

use netkit::cli::Session;
use netkit::net::{Addr, Kind, Socket};
use netkit::sys::recv_many;
use rustix::net::sockopt::{set_socket_recv_buffer_size, socket_recv_buffer_size};

use crate::text::burst as text;

/// Bytes of the number at the beginning of each datagram.
const NUMBER: usize = 4;

/// Datagrams taken with one recvmmsg.
const AT_ONCE: usize = 32;

/// The larger buffer that is asked for, in bytes.
const LARGER: usize = 4 * 1024 * 1024;

#[derive(clap::Args)]
pub struct Args {
    /// How many datagrams to send
    #[arg(long, default_value = "5000", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: u32,
    /// How long each is, in bytes
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u32).range(4..=65_507))]
    size: u32,
}

impl Default for Args {
    /// What the demo sends.
    fn default() -> Self {
        Args { count: 5000, size: 1000 }
    }
}

/// What became of a burst.
#[derive(Default)]
struct Tally {
    received: u32,
    reordered: u32,
    calls: u32,
    highest: Option<u32>,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[("count", &args.count), ("size", &args.size)])?;
    one_run(session, args, None, one_at_a_time)?;
    one_run(session, args, Some(LARGER), one_at_a_time)?;
    one_run(session, args, Some(LARGER), many_at_once)?;
    session.say(&text::WHY, &[])?;
    Ok(())
}

fn one_run(
    session: &Session,
    args: &Args,
    buffer: Option<usize>,
    receive: fn(&mut Socket, usize) -> io::Result<Tally>,
) -> anyhow::Result<()> {
    let any: Addr = "127.0.0.1:0".parse()?;
    let mut receiver = Socket::new(&any, Kind::Datagram, session.trace())?;
    receiver.bind(&any)?;
    if let Some(bytes) = buffer {
        set_socket_recv_buffer_size(&receiver, bytes)?;
    }
    let to = receiver.local_addr()?;
    let sender = Socket::new(&any, Kind::Datagram, session.trace())?;
    // The receiver sleeps: it reads nothing until all have been sent.
    let mut datagram = vec![0; args.size as usize];
    for number in 0..args.count {
        datagram[..NUMBER].copy_from_slice(&number.to_be_bytes());
        sender.send_to(&datagram, &to)?;
    }
    let tally = receive(&mut receiver, args.size as usize)?;
    let in_force = socket_recv_buffer_size(&receiver)?;
    session.say(
        &text::RESULT,
        &[
            ("buffer", &in_force),
            ("received", &tally.received),
            ("lost", &(args.count - tally.received)),
            ("reordered", &tally.reordered),
            ("calls", &tally.calls),
        ],
    )?;
    Ok(())
}

fn one_at_a_time(receiver: &mut Socket, size: usize) -> io::Result<Tally> {
    receiver.set_timeout(Some(Duration::ZERO))?;
    let mut tally = Tally::default();
    let mut buffer = vec![0; size];
    loop {
        tally.calls += 1;
        match receiver.recv(&mut buffer) {
            Ok(_) => tally.count(&buffer),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(tally),
            Err(error) => return Err(error),
        }
    }
}

fn many_at_once(receiver: &mut Socket, size: usize) -> io::Result<Tally> {
    receiver.set_timeout(Some(Duration::ZERO))?;
    let mut tally = Tally::default();
    let mut buffers = vec![vec![0; size]; AT_ONCE];
    loop {
        tally.calls += 1;
        match recv_many(&*receiver, &mut buffers) {
            Ok(received) => {
                for buffer in buffers.iter().take(received.len()) {
                    tally.count(buffer);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(tally),
            Err(error) => return Err(error),
        }
    }
}

impl Tally {
    fn count(&mut self, datagram: &[u8]) {
        let Some((number, _)) = datagram.split_first_chunk::<NUMBER>() else { return };
        let number = u32::from_be_bytes(*number);
        self.received += 1;
        // Late: one with a higher number was here before.
        if self.highest.is_some_and(|highest| number < highest) {
            self.reordered += 1;
        }
        self.highest = self.highest.max(Some(number));
    }
}
