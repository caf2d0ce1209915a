//! # Turn by turn
//!
//! You will learn: what a loop around select watches before each wait, what the wait returns, and
//! what lies in each client's queue; in four small stories.
//! Run it: `cargo run --bin lesson5 turns normal`; then `half-close`, `slow`, `forgotten`.
//! Python: the second document's loop with `inputs`, `outputs` and `message_queues`.
//! Try: `--trace`; the book's chapter steps through the same stories.
//!
//! Clients and server are one thread here: the clients act where a server would sleep. So each run
//! tells the same story.

use std::io;
use std::time::Duration;

use netkit::cli::Session;
use netkit::net::{Addr, Connect, Kind, Socket, connect};
use netkit::trace::{Direction, Trace};
use rustix::net::sockopt::set_socket_recv_buffer_size;

use crate::select_server::{SMALL, Server};
use crate::text::turns as text;

#[derive(clap::Args)]
pub struct Args {
    /// Which story
    #[arg(value_name = "normal|half-close|slow|forgotten", default_value = "normal")]
    story: Story,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Story {
    // Two clients, three messages
    Normal,
    // A client that says everything, and then waits for its echo
    HalfClose,
    // A client that does not read, beside one that does
    Slow,
    // A client that stays in the write set with nothing to send
    Forgotten,
}

/// No story waits so long.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(4));

/// More than two small buffers take.
const MUCH: usize = 16 * 1024;

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let (first, second) = (session.trace().actor("A"), session.trace().actor("B"));
    let mut server = Server::new(session.trace(), matches!(args.story, Story::Forgotten))?;
    let addr = server.addr().clone();
    let come = |trace: &Trace| connect(&addr, &Connect { timeout: PATIENCE, trace: trace.clone() });
    let a = match args.story {
        Story::Slow => server.turn(|| come_with_little_room(&addr, &first))?,
        _ => server.turn(|| come(&first))?,
    };
    let idle = || Ok(());
    let mut buffer = vec![0; 2 * MUCH];
    match args.story {
        Story::Normal => {
            let b = server.turn(|| come(&second))?;
            for (client, words) in [(&a, "one"), (&b, "two")] {
                server.turn(|| client.send(words.as_bytes()))?;
                server.turn(idle)?;
                client.recv(&mut buffer)?;
            }
            server.turn(|| {
                drop(a);
                Ok(())
            })?;
            server.turn(|| {
                drop(b);
                Ok(())
            })?;
        }
        Story::HalfClose => {
            server.turn(|| {
                a.send(b"last words")?;
                a.shutdown(Direction::Write)
            })?;
            server.turn(idle)?;
            a.recv(&mut buffer)?;
            a.recv(&mut buffer)?;
        }
        Story::Slow => {
            let b = server.turn(|| come(&second))?;
            server.turn(|| a.send(&[b'x'; MUCH]))?;
            server.turn(idle)?;
            server.turn(|| b.send(b"hello"))?;
            server.turn(idle)?;
            b.recv(&mut buffer)?;
            let mut missing = MUCH;
            while missing > 0 {
                missing -= match server.has_queued() {
                    true => server.turn(|| a.recv(&mut buffer))?,
                    false => a.recv(&mut buffer)?,
                };
            }
        }
        Story::Forgotten => {
            for _ in 0..4 {
                server.turn(idle)?;
            }
        }
    }
    session.say(&text::TURNS, &[("turns", &server.turns()), ("left", &server.clients())])?;
    Ok(())
}

/// Both buffers on its way back are small: soon the kernel takes no more for a client that does not
/// read.
fn come_with_little_room(addr: &Addr, trace: &Trace) -> io::Result<Socket> {
    let mut socket = Socket::new(addr, Kind::Stream, trace)?;
    socket.set_timeout(PATIENCE)?;
    set_socket_recv_buffer_size(&socket, SMALL)?;
    socket.connect(addr)?;
    Ok(socket)
}
