//! The closed set of events.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::framing::printable;

/// The most bytes of a payload that an event keeps.
pub const PREVIEW: usize = 64;

/// One thing that happened. The names are those of the calls; `fd` is always the descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ev", content = "args", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the arguments and results of the call they are named after")]
pub enum Event {
    /// socket(2) made a descriptor.
    Socket { kind: String, fd: i32 },
    /// bind(2) gave it an address.
    Bind { fd: i32, addr: String, error: Option<String> },
    /// listen(2): clients can connect from here on.
    Listen { fd: i32, backlog: i32, error: Option<String> },
    /// accept(2) made a new descriptor for one client.
    Accept { fd: i32, new_fd: i32, peer: String },
    /// connect(2), with the address that the kernel chose for this side.
    Connect { fd: i32, addr: String, from: String, error: Option<String> },
    /// recv(2) or recvfrom(2) returned bytes.
    Recv { fd: i32, limit: usize, bytes: usize, data: Preview, from: Option<String> },
    /// send(2) or sendto(2) took bytes.
    Send { fd: i32, asked: usize, bytes: usize, data: Preview, to: Option<String> },
    /// A receive returned 0 on a stream: the peer will send no more.
    Eof { fd: i32 },
    /// A call found nothing to do on a non-blocking socket, or its time was up.
    WouldBlock { fd: i32, call: String, error: String },
    /// A call met a connection that the peer had thrown away, or failed in another way.
    Reset { fd: i32, call: String, error: String },
    /// shutdown(2) of one direction, or close(2) of both.
    Close { fd: i32, direction: Direction },
    /// select, poll or epoll began to wait: for everything that it watches, and which of that for
    /// bytes to read and which for room to write.
    WaitEnter {
        watching: Vec<String>,
        #[serde(default)]
        reading: Vec<String>,
        #[serde(default)]
        writing: Vec<String>,
        timeout_ms: Option<u64>,
    },
    /// The wait ended; these sources are ready.
    WaitReturn { readable: Vec<String>, writable: Vec<String> },
    /// A thread or process asked for a lock.
    LockWant { lock: String },
    /// It has the lock.
    LockGot { lock: String },
    /// It gave the lock back.
    LockRelease { lock: String },
    /// It waits for an event object.
    EventWait { event: String },
    /// The event object was set.
    EventSet { event: String },
    /// A thread or a re-executed process was started.
    Spawn { child: String },
    /// fork(2) made a child.
    Fork { child: u32 },
    /// A thread or process ended.
    Exit { code: i32 },
    /// waitpid(2) collected a child.
    Reap { child: u32, status: String },
    /// A task was handed to a pool.
    Submit { task: u64 },
    /// A worker began a task.
    Start { task: u64 },
    /// A worker ended a task.
    Finish { task: u64 },
    /// The submitter's callback ran.
    Callback { task: u64 },
}

/// Which way of a connection was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Nothing more is received.
    Read,
    /// Nothing more is sent: the peer sees the end of the stream.
    Write,
    /// The descriptor is gone.
    Both,
}

/// The first bytes of a payload as printable text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Preview(String);

impl Preview {
    /// Keeps at most [`PREVIEW`] bytes of `payload`, cut where a character ends.
    pub fn of(payload: &[u8]) -> Self {
        if payload.len() <= PREVIEW {
            return Preview(printable(payload));
        }
        let mut end = PREVIEW;
        // A UTF-8 character has at most three bytes after its first (they begin with 10).
        while end > PREVIEW - 3 && payload[end] & 0xC0 == 0x80 {
            end -= 1;
        }
        Preview(printable(&payload[..end]) + "…")
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

impl fmt::Display for Event {
    /// The event as the call it was: `accept(3) -> 5 from 127.0.0.1:51234`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Socket { kind, fd } => write!(f, "socket({kind}) -> {fd}"),
            Event::Bind { fd, addr, error } => write!(f, "bind({fd}, {addr}){}", Outcome(error)),
            Event::Listen { fd, backlog, error } => write!(f, "listen({fd}, {backlog}){}", Outcome(error)),
            Event::Accept { fd, new_fd, peer } => write!(f, "accept({fd}) -> {new_fd} from {peer}"),
            Event::Connect { fd, addr, from, error: None } => write!(f, "connect({fd}, {addr}) from {from}"),
            Event::Connect { fd, addr, error, .. } => write!(f, "connect({fd}, {addr}){}", Outcome(error)),
            Event::Recv { fd, limit, bytes, data, from: None } => {
                write!(f, "recv({fd}, {limit}) -> {bytes} bytes {data}")
            }
            Event::Recv { fd, limit, bytes, data, from: Some(from) } => {
                write!(f, "recvfrom({fd}, {limit}) -> {bytes} bytes {data} from {from}")
            }
            Event::Send { fd, asked, bytes, data, to: None } => {
                write!(f, "send({fd}, {asked} bytes {data}) -> {bytes}")
            }
            Event::Send { fd, asked, bytes, data, to: Some(to) } => {
                write!(f, "sendto({fd}, {asked} bytes {data}, {to}) -> {bytes}")
            }
            Event::Eof { fd } => write!(f, "recv({fd}) -> 0 bytes: end of the stream"),
            Event::WouldBlock { fd, call, error } | Event::Reset { fd, call, error } => {
                write!(f, "{call}({fd}) -> {error}")
            }
            Event::Close { fd, direction: Direction::Both } => write!(f, "close({fd})"),
            Event::Close { fd, direction: Direction::Write } => write!(f, "shutdown({fd}, write)"),
            Event::Close { fd, direction: Direction::Read } => write!(f, "shutdown({fd}, read)"),
            Event::WaitEnter { watching, timeout_ms: Some(ms), .. } => {
                write!(f, "wait({}, {ms} ms)", watching.join(" "))
            }
            Event::WaitEnter { watching, timeout_ms: None, .. } => write!(f, "wait({})", watching.join(" ")),
            Event::WaitReturn { readable, writable } => {
                write!(f, "wait -> readable [{}] writable [{}]", readable.join(" "), writable.join(" "))
            }
            Event::LockWant { lock } => write!(f, "wants lock {lock}"),
            Event::LockGot { lock } => write!(f, "has lock {lock}"),
            Event::LockRelease { lock } => write!(f, "releases lock {lock}"),
            Event::EventWait { event } => write!(f, "waits for {event}"),
            Event::EventSet { event } => write!(f, "sets {event}"),
            Event::Spawn { child } => write!(f, "spawns {child}"),
            Event::Fork { child } => write!(f, "fork() -> {child}"),
            Event::Exit { code } => write!(f, "exit({code})"),
            Event::Reap { child, status } => write!(f, "waitpid({child}) -> {status}"),
            Event::Submit { task } => write!(f, "submits task {task}"),
            Event::Start { task } => write!(f, "starts task {task}"),
            Event::Finish { task } => write!(f, "finishes task {task}"),
            Event::Callback { task } => write!(f, "callback of task {task}"),
        }
    }
}

/// Nothing after a call that worked, ` -> ECONNREFUSED` after one that failed.
struct Outcome<'a>(&'a Option<String>);

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(error) => write!(f, " -> {error}"),
            None => Ok(()),
        }
    }
}
