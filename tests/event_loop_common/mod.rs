//! What the tests of `netkit::event_loop` share: a loop in a thread of its own, and clients.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use netkit::event_loop::{Event, EventLoop, Options};
use netkit::net::{Addr, Connect, Listen, Listener, Socket, connect};
use netkit::selector::{Mechanism, Token, Trigger};
use netkit::sys::Stop;
use netkit::trace::{self, Record, Trace};
use rustix::net::sockopt;

/// A bound against hanging, generous for a busy machine.
pub const SOON: Duration = Duration::from_secs(5);

/// Bytes that the loop receives at once.
pub const PIECE: usize = 16 * 1024;

/// A mechanism with its trigger, so that rstest can list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Select,
    Poll,
    Epoll,
    Edge,
}

impl Way {
    pub fn options(self) -> Options {
        let (mechanism, trigger) = match self {
            Way::Select => (Mechanism::Select, Trigger::Level),
            Way::Poll => (Mechanism::Poll, Trigger::Level),
            Way::Epoll => (Mechanism::Epoll, Trigger::Level),
            Way::Edge => (Mechanism::Epoll, Trigger::Edge),
        };
        Options { mechanism, trigger, ..Options::default() }
    }
}

/// An event, as far as tests look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    Opened(Token),
    Received(Token, usize),
    Ended(Token),
    Sent(Token, usize),
    Expired(Token),
    Closed(Token, Option<ErrorKind>),
    Refused(ErrorKind),
    Timer(u64),
    Stopped,
}

impl Note {
    fn of(event: &Event<'_>) -> Note {
        match event {
            Event::Opened { id, .. } => Note::Opened(*id),
            Event::Received { id, bytes } => Note::Received(*id, bytes.len()),
            Event::Ended { id } => Note::Ended(*id),
            Event::Sent { id, bytes } => Note::Sent(*id, *bytes),
            Event::Expired { id } => Note::Expired(*id),
            Event::Closed { id, error, .. } => Note::Closed(*id, error.as_ref().map(io::Error::kind)),
            Event::Refused { error, .. } => Note::Refused(error.kind()),
            Event::Timer { key } => Note::Timer(*key),
            Event::Stopped => Note::Stopped,
        }
    }
}

/// A loop that runs in a thread of its own until it is stopped.
pub struct Looping {
    pub addr: Addr,
    pub stop: Stop,
    notes: Receiver<(Note, Instant)>,
    /// The bytes of the trace so far, as JSON lines.
    trace: Shared,
}

/// Runs a loop over one listener, which `react` is told every event of.
pub fn looping(
    options: Options,
    mut react: impl FnMut(&mut EventLoop, &Event<'_>) + Send + 'static,
) -> Looping {
    let listener = Listener::bind(&"127.0.0.1:0".parse().unwrap(), &Listen::default()).unwrap();
    // Accepted sockets have their listener's: small and always the same.
    sockopt::set_socket_recv_buffer_size(&listener, 32 * 1024).unwrap();
    sockopt::set_socket_send_buffer_size(&listener, 32 * 1024).unwrap();
    let (addr, stop, trace) = (listener.addr().clone(), Stop::new().unwrap(), Shared::default());
    let (sender, notes) = channel();
    let recorder = Trace::new("loop", None, Some(Box::new(trace.clone())));
    let options = Options { trace: recorder, ..options };
    let switch = stop.clone();
    let run = move || {
        let mut events: EventLoop = EventLoop::new(options).unwrap();
        events.listen(listener).unwrap();
        events.watch(&switch).unwrap();
        let mut buffer = vec![0; PIECE];
        loop {
            let event = events.next_event(&mut buffer).unwrap();
            react(&mut events, &event);
            let note = Note::of(&event);
            // A test that has ended does not listen any more.
            if sender.send((note, Instant::now())).is_err() || note == Note::Stopped {
                return;
            }
        }
    };
    thread::Builder::new().name("loop".into()).spawn(run).unwrap();
    Looping { addr, stop, notes, trace }
}

/// Sends everything back, and finishes with who has said everything.
pub fn echo(events: &mut EventLoop, event: &Event<'_>) {
    match event {
        Event::Received { id, bytes } => {
            events.send(*id, bytes);
        }
        Event::Ended { id } => events.finish(*id),
        _ => {}
    }
}

impl Looping {
    /// The next event and when it came.
    pub fn next(&self) -> (Note, Instant) {
        self.notes.recv_timeout(SOON).expect("no event, or the loop has panicked")
    }

    /// Waits for an event that is `wanted`; returns it and the time when it came.
    pub fn wait_for(&self, what: &str, wanted: impl Fn(&Note) -> bool) -> (Note, Instant) {
        let mut seen = Vec::new();
        loop {
            match self.notes.recv_timeout(SOON) {
                Ok((note, at)) if wanted(&note) => return (note, at),
                Ok((note, _)) => seen.push(note),
                Err(error) => panic!("no {what} ({error}) after the events {:?}", tail(&seen)),
            }
        }
    }

    /// The next connection that is closed, and what ended it.
    pub fn closed(&self) -> (Token, Option<ErrorKind>) {
        let (note, _) = self.wait_for("Closed", |note| matches!(note, Note::Closed(..)));
        let Note::Closed(id, error) = note else { unreachable!() };
        (id, error)
    }

    /// Stops the loop; everything that it reported and that was not waited for.
    pub fn stopped(self) -> Vec<Note> {
        self.stop.request();
        let mut notes = Vec::new();
        while notes.last() != Some(&Note::Stopped) {
            notes.push(self.next().0);
        }
        notes
    }

    /// How often it has begun to wait so far.
    pub fn waits(&self) -> usize {
        let trace = self.trace.0.lock().unwrap();
        String::from_utf8_lossy(&trace).matches("\"wait_enter\"").count()
    }

    /// How many sources each of its waits so far has watched: for bytes, and for room.
    pub fn watched(&self) -> Vec<(usize, usize)> {
        let trace = self.trace.0.lock().unwrap();
        let lines = trace.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
        let events = lines.map(|line| serde_json::from_slice::<Record>(line).unwrap().event);
        let waits = events.filter_map(|event| match event {
            trace::Event::WaitEnter { reading, writing, .. } => Some((reading.len(), writing.len())),
            _ => None,
        });
        waits.collect()
    }

    pub fn client(&self) -> Socket {
        connect(&self.addr, &Connect { timeout: Some(SOON), ..Connect::default() }).unwrap()
    }
}

impl Drop for Looping {
    fn drop(&mut self) {
        self.stop.request();
    }
}

fn tail(notes: &[Note]) -> &[Note] {
    &notes[notes.len().saturating_sub(20)..]
}

/// Breaks a connection off: the loop's next call on it fails.
pub fn reset(client: Socket) {
    sockopt::set_socket_linger(&client, Some(Duration::ZERO)).unwrap();
}

pub fn expect(client: &Socket, expected: &[u8]) {
    let mut received = vec![0; expected.len()];
    let mut at = 0;
    while at < received.len() {
        match client.recv(&mut received[at..]).unwrap() {
            0 => panic!("the end after {at} bytes of {}", expected.len()),
            count => at += count,
        }
    }
    assert!(received == expected, "other bytes than {} expected", expected.len());
}

pub fn expect_end(client: &Socket) {
    assert_eq!(client.recv(&mut [0; 16]).unwrap(), 0, "the end of the stream");
}

/// Bytes that tell where they stand, `from` on.
pub fn pattern(from: usize, length: usize) -> Vec<u8> {
    (from..from + length).map(|at| (at % 251) as u8).collect()
}

/// Memory that one thread writes and another one looks at.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
