//! # The client
//!
//! You will learn: to say where a message ends (a newline), and to notice a silent line.
//! Run it: `cargo run --bin lesson4 client` (the server runs in another terminal).
//! Python: `raw_input`, `sendall`, `recv`, `settimeout(5)`.
//! Try: press Enter and nothing else. The document's client sends no byte then, and waits.

use std::time::Duration;

use netkit::cli::{Input, Session, seconds};
use netkit::framing::printable;
use netkit::net::{Addr, Connect, Socket, connect};

use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// The server: HOST:PORT, [::1]:PORT or unix:/path
    #[arg(long, default_value = "127.0.0.1:8888")]
    addr: Addr,
    /// How long to wait for an answer
    #[arg(long, value_name = "SECS", default_value = "5", value_parser = seconds)]
    timeout: Duration,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let failed = |what| move |error| session.failure(what, &[("addr", &args.addr)], error);
    let how = Connect { timeout: Some(args.timeout), trace: session.trace().clone() };
    let bot = connect(&args.addr, &how).map_err(failed(&text::CANNOT_CONNECT))?;
    if !listen_to(session, &bot, &args.addr)? {
        return Ok(());
    }

    let input = Input::new(text::PROMPT.get(session.lang()));
    while let Some(line) = input.next_line()? {
        // The newline goes with the line: it is what tells the bot that the message is whole.
        let message = [&line[..], b"\n"].concat();
        bot.send_all(&message).map_err(|error| failed(&text::CANNOT_SEND)(error.into()))?;
        if line == b"exit" {
            break;
        }
        if !listen_to(session, &bot, &args.addr)? {
            return Ok(());
        }
    }
    bot.close();
    Ok(())
}

/// Prints one answer; `false` when the bot has hung up.
fn listen_to(session: &Session, bot: &Socket, addr: &Addr) -> anyhow::Result<bool> {
    let mut buffer = [0; 4096];
    let silent = |error| session.failure(&text::SILENT, &[("addr", addr)], error);
    let received = bot.recv(&mut buffer).map_err(silent)?;
    if received == 0 {
        session.say(&text::HUNG_UP, &[])?;
        return Ok(false);
    }
    session.line(format!("receive: {}", printable(&buffer[..received])))?;
    Ok(true)
}
