//! # Sticky packets (粘包)
//!
//! You will learn: that a stream carries no messages, whoever sends them how; that waiting for an
//! acknowledgement hides it until the timing changes; that a length before each message cures it.
//! Run it: `cargo run --bin lesson6 sticky`
//! Python: the documents' `conn.sendall('nothing')` "to prevent sticky packets".
//! Try: change `DELAYS`; find a delay where nothing seems wrong.

use std::fmt::Display;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use netkit::cli::Session;
use netkit::framing::{Frames, printable};
use netkit::net::{Connect, Listen, Listener, Socket, connect};
use netkit::trace::Direction;
use netkit::upload::{Inbox, receive};

use crate::text::sticky as text;

/// How late the receiver looks, in milliseconds.
const DELAYS: [u64; 3] = [0, 2, 100];

/// How often each case is tried.
const ROUNDS: usize = 5;

/// How long an endless loop is watched.
const WATCH: Duration = Duration::from_millis(50);

/// The size of the first file, in bytes.
const FIRST: usize = 1000;

pub fn run(session: &Session) -> anyhow::Result<()> {
    four_sends(session)?;
    acknowledged(session)?;
    framed(session)?;
    gone(session)
}

/// Four sends, one receive: with TCP_NODELAY too, so it is not Nagle's doing.
fn four_sends(session: &Session) -> anyhow::Result<()> {
    session.say(&text::FOUR, &[])?;
    for no_delay in [false, true] {
        let (client, server) = connected(no_delay)?;
        let sends = ["one", "two two", "three", "four 4!"];
        for send in sends {
            client.send_all(send.as_bytes())?;
        }
        let mut buffer = [0; 1024];
        // Look only when all of it is there.
        let total: usize = sends.iter().map(|send| send.len()).sum();
        while server.peek(&mut buffer)? < total {}
        let received = server.recv(&mut buffer)?;
        let (delay, data) = (u8::from(no_delay), printable(&buffer[..received]));
        session.say(&text::ONE_RECEIVE, &[("no_delay", &delay), ("bytes", &received), ("data", &data)])?;
    }
    Ok(())
}

/// The documents' cure: the server acknowledges a header, then takes bytes until it has enough.
fn acknowledged(session: &Session) -> anyhow::Result<()> {
    session.say(&text::ACK, &[])?;
    for no_delay in [false, true] {
        for delay in DELAYS {
            let mut wrong = 0;
            for _ in 0..ROUNDS {
                wrong += usize::from(swallows_the_next_header(no_delay, Duration::from_millis(delay))?);
            }
            session.say(
                &text::ACK_RESULT,
                &[
                    ("no_delay", &u8::from(no_delay)),
                    ("delay", &format!("{delay:>3}")),
                    ("wrong", &wrong),
                    ("rounds", &ROUNDS),
                ],
            )?;
        }
    }
    session.say(&text::HIDDEN, &[])?;
    Ok(())
}

/// One file and the next header, as the documents' client sends them; does the document's receive
/// loop take bytes of the header for content?
fn swallows_the_next_header(no_delay: bool, delay: Duration) -> anyhow::Result<bool> {
    let (client, server) = connected(no_delay)?;
    let mut buffer = [0; 1024];
    // 1. The header of the first file, and the acknowledgement that is to keep things apart.
    client.send_all(format!("first|{FIRST}").as_bytes())?;
    server.recv(&mut buffer)?;
    server.send_all(b"nothing")?;
    client.recv(&mut buffer)?;
    // 2. Its content, and then the header of the second file.
    client.send_all(&[b'x'; FIRST])?;
    client.send_all(b"second|5")?;
    // 3. The receiver is busy elsewhere for a while: that is all the difference there is.
    thread::sleep(delay);
    let mut received = 0;
    while received < FIRST {
        received += server.recv(&mut buffer)?;
    }
    Ok(received > FIRST)
}

/// A length before each message: every cut of the same bytes gives the same messages.
fn framed(session: &Session) -> anyhow::Result<()> {
    let mut wire = Vec::new();
    let messages: [&[u8]; 3] = ["粘包".as_bytes(), b"", b"two\nlines"];
    for message in messages {
        Frames::encode(message, &mut wire);
    }
    let cuts = 0..=wire.len();
    let right = cuts.clone().flat_map(|a| (a..=wire.len()).map(move |b| (a, b))).filter(|&(a, b)| {
        let mut frames = Frames::new(1024);
        let mut found = Vec::new();
        for piece in [&wire[..a], &wire[a..b], &wire[b..]] {
            frames.push(piece);
            while let Ok(Some(frame)) = frames.next_frame() {
                found.push(frame);
            }
        }
        found == messages
    });
    let tried = cuts.count() * (wire.len() + 2) / 2;
    session.say(&text::FRAMED, &[("right", &right.count()), ("tried", &tried)])?;
    Ok(())
}

fn connected(no_delay: bool) -> anyhow::Result<(Socket, Socket)> {
    let listener = Listener::bind(&"127.0.0.1:0".parse()?, &Listen::default())?;
    let client = connect(listener.addr(), &Connect::default())?;
    rustix::net::sockopt::set_tcp_nodelay(&client, no_delay)?;
    match listener.accept()? {
        Some((server, _)) => Ok((client, server)),
        None => anyhow::bail!("nothing stops this listener"),
    }
}

/// A client who goes in the middle of a file: for the documents' loop it goes on for ever.
fn gone(session: &Session) -> anyhow::Result<()> {
    session.say(&text::GONE, &[])?;
    let (client, server) = connected(false)?;
    client.send_all(&[b'x'; 400])?;
    drop(client);
    let mut buffer = [0; 1024];
    let (mut received, mut zeros) = (0, 0);
    let begun = Instant::now();
    while received < FIRST && begun.elapsed() < WATCH {
        let count = server.recv(&mut buffer)?;
        received += count;
        zeros += usize::from(count == 0);
    }
    let values: [(&str, &dyn Display); 3] =
        [("received", &received), ("zeros", &zeros), ("ms", &WATCH.as_millis())];
    session.say(&text::FOR_EVER, &values)?;

    // The same client at the door of this lesson's server.
    let folder = Folder::new()?;
    let (client, server) = connected(false)?;
    client.send_all(b"file|1000\n")?;
    client.send_all(&[b'x'; 400])?;
    client.shutdown(Direction::Write)?;
    let result = receive(&server, &Inbox::new(&folder.0, 1 << 20)?, |_| Ok(()));
    let error = result.err().map(|error| error.to_string()).unwrap_or_default();
    let files = std::fs::read_dir(&folder.0)?.count();
    session.say(&text::ENDS, &[("files", &files), ("error", &error)])?;
    Ok(())
}

/// A folder that goes when this goes.
struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("lesson6-{}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
