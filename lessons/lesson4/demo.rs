//! # The demo
//!
//! You will learn: a conversation call by call; the caller who must wait; two messages in one
//! receive; what hanging up does to the document's bot.
//! Run it: `cargo run --bin lesson4`
//! Python: `python3 lessons/lesson4/original.py server` and `client` do the same.
//! Try: `lesson4 naive` with `nc -N`, and press Ctrl-D there.

use std::io;
use std::time::{Duration, Instant};

use netkit::cli::{Note, Session, Stage};
use netkit::framing::printable;
use netkit::net::{Addr, Connect, Socket, connect};
use netkit::trace::Direction;

use crate::ivr;
use crate::text::demo as text;

const NOTES: &[Note] = &[
    Note { actor: "caller", call: "send(3, 1 bytes", why: text::ENTER },
    Note { actor: "caller", call: "send(3, 5 bytes \"exit", why: text::EXIT },
];

/// How long we watch the naive bot talk to nobody.
const WATCH: Duration = Duration::from_millis(100);

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[])?;
    let mut stage = Stage::new(session);
    let addr = stage.start("bot", &["server", "--addr", "127.0.0.1:0"])?;
    stage.run("caller", &["client", "--addr", &addr], "0\n\n1234\nexit\n")?;
    stage.show(NOTES)?;

    second_caller(session)?;
    session.say(&text::GLUED, &[])?;
    for part in ["naive", "server"] {
        glued(session, part)?;
    }
    session.say(&text::HANGING_UP, &[])?;
    for part in ["naive", "server"] {
        hang_up(session, part)?;
    }
    session.say(&text::NEXT, &[])?;
    Ok(())
}

fn second_caller(session: &Session) -> anyhow::Result<()> {
    session.say(&text::SECOND, &[])?;
    let mut stage = Stage::new(session);
    let addr = stage.start("server", &["server", "--addr", "127.0.0.1:0"])?.parse()?;
    let first = call(&addr)?;
    let mut second = connect(&addr, &Connect::default())?;
    let begun = Instant::now();
    second.set_timeout(Some(Duration::from_millis(300)))?;
    let heard = match second.recv(&mut [0; 4096]) {
        Ok(_) => &text::AT_ONCE,
        Err(_) => &text::NOTHING,
    };
    session.say(heard, &[("ms", &begun.elapsed().as_millis())])?;
    first.close();
    second.set_timeout(Some(Duration::from_secs(2)))?;
    second.recv(&mut [0; 4096])?;
    session.say(&text::GREETED, &[("ms", &begun.elapsed().as_millis())])?;
    Ok(())
}

/// What a bot makes of two messages that arrive together, without and with line ends.
fn glued(session: &Session, part: &'static str) -> anyhow::Result<()> {
    for bytes in ["0exit", "0\nexit\n"] {
        let mut stage = Stage::new(session);
        let addr = stage.start(part, &[part, "--addr", "127.0.0.1:0"])?.parse()?;
        let caller = call(&addr)?;
        caller.send_all(bytes.as_bytes())?;
        let mut answer = [0; 64];
        let received = caller.recv(&mut answer)?;
        // Whether the bot has heard the exit shows when something more is said.
        let goes_on = caller.send_all(b"1\n").is_ok() && matches!(caller.recv(&mut [0; 64]), Ok(1..));
        let then = if goes_on { &text::GOES_ON } else { &text::HANGS_UP };
        let (bytes, answer) = (printable(bytes.as_bytes()), printable(&answer[..received]));
        session.line(format!("  {part:<7} {bytes:<10} -> {answer} {}", then.get(session.lang())))?;
    }
    Ok(())
}

/// What a bot does when its caller has said everything, and then when it is gone.
fn hang_up(session: &Session, part: &'static str) -> anyhow::Result<()> {
    let mut stage = Stage::new(session);
    let addr = stage.start(part, &[part, "--addr", "127.0.0.1:0"])?.parse()?;
    let caller = call(&addr)?;
    caller.shutdown(Direction::Write)?;
    let end = Instant::now() + WATCH;
    let mut heard = 0;
    let mut buffer = [0; 65_536];
    while Instant::now() < end {
        match caller.recv(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(received) => heard += received,
        }
    }
    let answers = heard / ivr::AGAIN.len();
    session.say(&text::ANSWERS, &[("part", &format!("{part:<7}")), ("answers", &answers)])?;
    drop(caller);
    if part == "naive" {
        // It writes to a connection that is gone; the error ends it, and all other callers with it.
        let error = stage.wait_for_line(part, "lesson4: ")?;
        session.say(&text::ENDED, &[("error", &error)])?;
    }
    Ok(())
}

/// Calls and hears the greeting.
fn call(addr: &Addr) -> io::Result<Socket> {
    let caller = connect(addr, &Connect { timeout: Some(Duration::from_secs(2)), ..Connect::default() })?;
    caller.recv(&mut [0; 4096])?;
    Ok(caller)
}
