//! A connection for each operation, so many at a time.

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Done;
use super::exchange::{Exchange, Verdict, wrong};
use super::poller::{Poller, receive, send_whole};

/// The most operations of one run: each of them leaves a port of ours in TIME_WAIT.
const MOST: u64 = 20_000;

/// Who closes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The client, as soon as it has its reply.
    Client,
    /// The server, after its reply: the client waits for that.
    Server,
}

struct Connection {
    stream: TcpStream,
    reply: Vec<u8>,
    is_answered: bool,
}

/// Opens, asks, checks, closes, `width` connections at a time, for `time`.
///
/// # Errors
/// The server does not accept, does not reply, replies something wrong, or does not close.
pub fn run(
    addr: SocketAddr,
    width: usize,
    time: Duration,
    ending: Ending,
    exchange: &mut impl Exchange,
) -> Result<Done> {
    let mut poller = Poller::new()?;
    let mut buffer = vec![0; 16 * 1024];
    let begun = Instant::now();
    let mut connections = Vec::with_capacity(width);
    for number in 0..width {
        connections.push(Some(open(addr, number, exchange, &poller)?));
    }
    let mut count = 0;
    let mut under_way = width;
    while under_way > 0 {
        poller.wait()?;
        for &number in &poller.ready {
            let Some(connection) = &mut connections[number] else { continue };
            if !is_done(connection, number, ending, exchange, &mut buffer)? {
                continue;
            }
            // Closed first, and with that no longer watched.
            connections[number] = None;
            count += 1;
            if begun.elapsed() < time && count + (under_way as u64) <= MOST {
                connections[number] = Some(open(addr, number, exchange, &poller)?);
            } else {
                under_way -= 1;
            }
        }
    }
    Ok(Done { count, time: begun.elapsed() })
}

fn open(
    addr: SocketAddr,
    number: usize,
    exchange: &mut impl Exchange,
    poller: &Poller,
) -> Result<Connection> {
    let stream = TcpStream::connect(addr).context("the server does not accept")?;
    send_whole(&stream, exchange.request(number, 0))?;
    poller.add(&stream, number)?;
    Ok(Connection { stream, reply: Vec::new(), is_answered: false })
}

fn is_done(
    connection: &mut Connection,
    number: usize,
    ending: Ending,
    exchange: &impl Exchange,
    buffer: &mut [u8],
) -> Result<bool> {
    // With a server that closes, reply and end have often come both.
    loop {
        let received = match receive(&connection.stream, buffer)? {
            None => return Ok(false),
            Some(0) if connection.is_answered => return Ok(true),
            Some(0) => bail!("the server closed connection {number} without a whole reply"),
            Some(received) => received,
        };
        connection.reply.extend_from_slice(&buffer[..received]);
        match exchange.judge(number, 0, &connection.reply) {
            Verdict::Wrong => return wrong(number, &connection.reply),
            Verdict::Incomplete => {}
            Verdict::Right if ending == Ending::Client => return Ok(true),
            Verdict::Right => connection.is_answered = true,
        }
    }
}
