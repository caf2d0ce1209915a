//! # The loop by hand
//!
//! You will learn: the whole of a server around select, in one function: who is watched for what, and
//! why a client's interest is the state of its queue.
//! Run it: as part of `cargo run --bin lesson5 turns`
//! Python: the second document's server with `inputs`, `outputs` and `message_queues`.
//! Try: close a client at the end of its stream, whatever its queue; see what A gets: `turns half-close --trace`.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::Duration;

use netkit::net::{Addr, Listen, Listener, Socket};
use netkit::selector::{self, Interest, Mechanism, Selector, Token};
use netkit::trace::{Event, Trace};
use rustix::net::sockopt::set_socket_send_buffer_size;

/// The size of a small buffer, in bytes.
pub const SMALL: usize = 4 * 1024;

/// Bytes taken with one receive.
const PIECE: usize = 32 * 1024;

/// No story waits so long.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(4));

/// One thread, one select, and a queue for each client.
pub struct Server {
    selector: Selector<Source>,
    addr: Addr,
    trace: Trace,
    buffer: Vec<u8>,
    queues: HashMap<Token, Queue>,
    /// Never leaves the write set: a mistake to look at.
    forgets: bool,
    turns: u32,
}

enum Source {
    Listener(Listener),
    Client(Socket),
}

/// What a client is still to be sent.
#[derive(Default)]
struct Queue {
    bytes: Vec<u8>,
    has_ended: bool,
}

impl Server {
    /// A server on a free port, whose clients have small buffers for what it sends.
    pub fn new(trace: &Trace, forgets: bool) -> anyhow::Result<Self> {
        let how = Listen { trace: trace.clone(), ..Listen::default() };
        let mut listener = Listener::bind(&"127.0.0.1:0".parse()?, &how)?;
        listener.never_wait()?;
        // Its clients inherit it.
        set_socket_send_buffer_size(&listener, SMALL)?;
        let addr = listener.addr().clone();
        let mut selector = Selector::new(Mechanism::Select)?;
        selector.add(Source::Listener(listener), Interest::READ)?;
        let (buffer, queues) = (vec![0; PIECE], HashMap::new());
        Ok(Server { selector, addr, trace: trace.clone(), buffer, queues, forgets, turns: 0 })
    }

    pub fn addr(&self) -> &Addr {
        &self.addr
    }

    /// How often the loop has turned.
    pub fn turns(&self) -> u32 {
        self.turns
    }

    /// How many clients it has.
    pub fn clients(&self) -> usize {
        self.queues.len()
    }

    /// One turn of the loop; `act` is what a client does while the server waits.
    pub fn turn<T>(&mut self, act: impl FnOnce() -> io::Result<T>) -> anyhow::Result<T> {
        self.trace.record(|| Event::WaitEnter {
            watching: self.watched(|_| true),
            reading: self.watched(Interest::is_readable),
            writing: self.watched(Interest::is_writable),
            timeout_ms: None,
        });
        let done = act()?;
        self.turns += 1;
        self.wait_and_serve()?;
        Ok(done)
    }

    // ANCHOR: turn
    fn wait_and_serve(&mut self) -> anyhow::Result<()> {
        let mut ready = Vec::new();
        self.selector.wait(&mut ready, PATIENCE)?;
        self.record(&ready);
        for event in ready {
            let client = match self.selector.get(event.token)? {
                Source::Client(client) => client,
                Source::Listener(listener) => {
                    let (client, _) = listener.accept_non_blocking()?;
                    self.watch(client)?;
                    continue;
                }
            };
            let queue = self.queues.entry(event.token).or_default();
            if event.readable {
                let received = client.recv(&mut self.buffer)?;
                queue.bytes.extend(&self.buffer[..received]);
                queue.has_ended = received == 0;
            }
            if event.writable && !queue.bytes.is_empty() {
                let sent = client.send(&queue.bytes)?;
                queue.bytes.drain(..sent);
            }
            let interest = queue.interest(self.forgets);
            if interest == Interest::NONE {
                self.close(event.token)?;
            } else {
                self.selector.set_interest(event.token, interest)?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: turn

    fn watch(&mut self, client: Socket) -> anyhow::Result<()> {
        let queue = Queue::default();
        let id = self.selector.add(Source::Client(client), queue.interest(self.forgets))?;
        self.queues.insert(id, queue);
        Ok(())
    }

    /// Takes a client out of both sets and closes it.
    fn close(&mut self, id: Token) -> anyhow::Result<()> {
        self.queues.remove(&id);
        drop(self.selector.remove(id)?);
        Ok(())
    }

    /// Whether a client has not been sent everything yet.
    pub fn has_queued(&self) -> bool {
        self.queues.values().any(|queue| !queue.bytes.is_empty())
    }

    fn record(&self, ready: &[selector::Event]) {
        self.trace.record(|| Event::WaitReturn {
            readable: self.names(ready.iter().filter(|event| event.readable).map(|event| event.token)),
            writable: self.names(ready.iter().filter(|event| event.writable).map(|event| event.token)),
        });
    }

    fn names(&self, tokens: impl Iterator<Item = Token>) -> Vec<String> {
        let sources = tokens.filter_map(|token| self.selector.get(token).ok());
        sources.map(|source| source.as_fd().as_raw_fd().to_string()).collect()
    }

    fn watched(&self, is: fn(Interest) -> bool) -> Vec<String> {
        let tokens = self.selector.tokens().into_iter();
        self.names(tokens.filter(|id| self.selector.interest(*id).is_ok_and(is)))
    }
}

impl Queue {
    // ANCHOR: interest
    fn interest(&self, forgets: bool) -> Interest {
        let mut interest = Interest::NONE;
        if !self.has_ended {
            interest = interest | Interest::READ;
        }
        if !self.bytes.is_empty() || forgets {
            interest = interest | Interest::WRITE;
        }
        interest
    }
    // ANCHOR_END: interest
}

impl AsFd for Source {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Source::Listener(listener) => listener.as_fd(),
            Source::Client(client) => client.as_fd(),
        }
    }
}
