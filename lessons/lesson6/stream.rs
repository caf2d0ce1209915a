//! # Bytes and messages
//!
//! You will learn: what each receive gets of three messages, and what a rule makes of it; why an
//! acknowledgement between the first two says nothing about the third.
//! Run it: `cargo run --bin lesson6 stream none`; then `ack`, `newline`, `length`.
//! Python: the documents' `recv(1024)`, taken for a message.
//! Try: `--receive 64`; `--trace`; the book steps through these runs.

use netkit::cli::Session;
use netkit::framing::{Frames, Line, Lines, printable};
use netkit::net::{Connect, Listen, Listener, Socket, connect};

#[derive(clap::Args)]
pub struct Args {
    /// How the receiver finds the messages
    #[arg(value_name = "none|ack|newline|length", default_value = "none")]
    rule: Rule,
    /// The most bytes that one receive takes
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=1024))]
    receive: u32,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Rule {
    None,
    Ack,
    Newline,
    Length,
}

/// No message here is longer, in bytes.
const LIMIT: usize = 1024;

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let (client, server) = connected(session)?;
    let mut receiver = Receiver {
        session,
        socket: server,
        parser: Parser::of(args.rule),
        receive: args.receive as usize,
        received: 0,
    };
    let wire = |message: &str| match args.rule {
        Rule::None | Rule::Ack => message.as_bytes().to_vec(),
        Rule::Newline => format!("{message}\n").into_bytes(),
        Rule::Length => {
            let mut wire = Vec::new();
            Frames::encode(message.as_bytes(), &mut wire);
            wire
        }
    };
    // With the documents' cure these are a header, the content that it announces, the next header.
    let messages = match args.rule {
        Rule::Ack => ["first|9", "AAAAAAAAA", "second|5"],
        _ => ["one", "two", "three"],
    };
    let [first, second, third] = messages.map(wire);
    client.send_all(&first)?;
    receiver.take_all(first.len())?;
    if matches!(args.rule, Rule::Ack) {
        receiver.socket.send_all(b"ok")?;
        client.recv(&mut [0; 16])?;
    }
    // 1. Nothing separates these two. 2. The receiver looks when both are there.
    client.send_all(&second)?;
    client.send_all(&third)?;
    receiver.take_all(first.len() + second.len() + third.len())
}

/// A client and a server who have each other.
fn connected(session: &Session) -> anyhow::Result<(Socket, Socket)> {
    let trace = |name| session.trace().actor(name);
    let how = Listen { trace: trace("server"), ..Listen::default() };
    let listener = Listener::bind(&"127.0.0.1:0".parse()?, &how)?;
    let client = connect(listener.addr(), &Connect { trace: trace("client"), ..Connect::default() })?;
    match listener.accept()? {
        Some((server, _)) => Ok((client, server)),
        None => anyhow::bail!("nothing stops this listener"),
    }
}

struct Receiver<'s> {
    session: &'s Session,
    socket: Socket,
    parser: Parser,
    receive: usize,
    received: usize,
}

impl Receiver<'_> {
    /// Receives until so many bytes have come, and shows what that makes.
    fn take_all(&mut self, total: usize) -> anyhow::Result<()> {
        let mut buffer = vec![0; self.receive];
        while self.received < total {
            // Look only when all is there that one receive can take.
            let there = self.receive.min(total - self.received);
            while self.socket.peek(&mut buffer)? < there {}
            let count = self.socket.recv(&mut buffer)?;
            self.received += count;
            let bytes = &buffer[..count];
            self.session.line(format!("received {count} bytes: {}", printable(bytes)))?;
            for message in self.parser.push(bytes) {
                self.session.line(format!("    message: {}", printable(&message)))?;
            }
        }
        Ok(())
    }
}

/// What turns pieces of a stream into messages.
enum Parser {
    /// Each receive is taken for one.
    None,
    Newline(Lines),
    Length(Frames),
}

impl Parser {
    fn of(rule: Rule) -> Self {
        match rule {
            Rule::None | Rule::Ack => Parser::None,
            Rule::Newline => Parser::Newline(Lines::new(LIMIT)),
            Rule::Length => Parser::Length(Frames::new(LIMIT)),
        }
    }

    // ANCHOR: push
    fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        match self {
            Parser::None => messages.push(bytes.to_vec()),
            Parser::Newline(lines) => {
                lines.push(bytes);
                while let Some(Line::Complete(line)) = lines.next_line() {
                    messages.push(line);
                }
            }
            Parser::Length(frames) => {
                frames.push(bytes);
                while let Ok(Some(frame)) = frames.next_frame() {
                    messages.push(frame);
                }
            }
        }
        messages
    }
    // ANCHOR_END: push
}
