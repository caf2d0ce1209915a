//! Connections that stay: so many open, so many of them with a request under way.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Done;
use super::exchange::{Exchange, Verdict, wrong};
use super::poller::{Poller, receive, send_whole};

/// How many are opened before each of them has had its first reply: no queue overflows.
const GROUP: usize = 64;

/// Open connections and what is asked over them.
pub struct Lasting<E> {
    exchange: E,
    poller: Poller,
    connections: Vec<Connection>,
    /// Those without a request under way, the one that waits longest first.
    free: VecDeque<usize>,
    buffer: Vec<u8>,
}

struct Connection {
    stream: TcpStream,
    turn: u64,
    /// A reply of which only a part has come.
    part: Vec<u8>,
}

impl<E: Exchange> Lasting<E> {
    /// Opens `count` connections and has one reply on each.
    ///
    /// # Errors
    /// The server does not accept, does not reply, or replies something wrong.
    pub fn open(addr: SocketAddr, count: usize, exchange: E) -> Result<Self> {
        let mut load = Lasting {
            exchange,
            poller: Poller::new()?,
            connections: Vec::with_capacity(count),
            free: VecDeque::new(),
            buffer: vec![0; 16 * 1024],
        };
        while load.connections.len() < count {
            let group = GROUP.min(count - load.connections.len());
            for _ in 0..group {
                let number = load.connections.len();
                let stream = TcpStream::connect(addr).with_context(|| format!("connection {number}"))?;
                stream.set_nodelay(true)?;
                load.poller.add(&stream, number)?;
                load.connections.push(Connection { stream, turn: 0, part: Vec::new() });
                load.ask(number)?;
            }
            let mut waiting = group;
            while waiting > 0 {
                waiting -= load.collect()?;
            }
        }
        Ok(load)
    }

    /// Keeps `active` requests under way for `time`, on all connections in turn; then waits for
    /// the last replies.
    ///
    /// # Errors
    /// As [`open`](Lasting::open).
    pub fn run(&mut self, active: usize, time: Duration) -> Result<Done> {
        let begun = Instant::now();
        let mut count = 0;
        let mut under_way = active.min(self.free.len());
        for _ in 0..under_way {
            self.ask_next()?;
        }
        while under_way > 0 {
            let replies = self.collect()?;
            count += replies as u64;
            under_way -= replies;
            if begun.elapsed() < time {
                for _ in 0..replies {
                    self.ask_next()?;
                }
                under_way += replies;
            }
        }
        Ok(Done { count, time: begun.elapsed() })
    }

    fn ask_next(&mut self) -> Result<()> {
        let number = self.free.pop_front().context("no connection is free")?;
        self.ask(number)
    }

    fn ask(&mut self, number: usize) -> Result<()> {
        let connection = &self.connections[number];
        send_whole(&connection.stream, self.exchange.request(number, connection.turn))
    }

    /// Waits, and takes what has come; returns how many replies are complete.
    fn collect(&mut self) -> Result<usize> {
        self.poller.wait()?;
        let mut complete = 0;
        for &number in &self.poller.ready {
            let connection = &mut self.connections[number];
            let received = match receive(&connection.stream, &mut self.buffer)? {
                None => continue,
                Some(0) => bail!("the server closed connection {number}"),
                Some(received) => received,
            };
            let mut reply = &self.buffer[..received];
            if !connection.part.is_empty() {
                connection.part.extend_from_slice(reply);
                reply = &connection.part;
            }
            match self.exchange.judge(number, connection.turn, reply) {
                Verdict::Wrong => return wrong(number, reply),
                Verdict::Incomplete if connection.part.is_empty() => {
                    connection.part.extend_from_slice(&self.buffer[..received]);
                }
                Verdict::Incomplete => {}
                Verdict::Right => {
                    connection.part.clear();
                    connection.turn += 1;
                    self.free.push_back(number);
                    complete += 1;
                }
            }
        }
        Ok(complete)
    }
}
