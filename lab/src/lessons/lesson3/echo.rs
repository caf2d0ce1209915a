//! The server that answers.

use super::server::open;
use crate::{Failure, Server, Trial};

fn serve(trial: &Trial, extra: &[&str]) -> Result<Server, Failure> {
    trial.serve(&[&["--echo"], extra].concat())
}

fn ask(server: &Server, datagram: &[u8]) -> Result<(), Failure> {
    let mut peer = open(server)?;
    peer.send(server.addr, datagram)?;
    peer.expect(server.addr, datagram)
}

pub(super) fn echo(trial: &mut Trial) -> Result<(), Failure> {
    let server = serve(trial, &[])?;
    let mut peer = open(&server)?;
    for _ in 0..3 {
        let text = trial.random.bytes(20);
        peer.send(server.addr, &text)?;
        peer.expect(server.addr, &text)?;
    }
    Ok(())
}

pub(super) fn three_clients(trial: &mut Trial) -> Result<(), Failure> {
    let server = serve(trial, &[])?;
    for number in 1..=3 {
        let asked = ask(&server, trial.random.word(10).as_bytes());
        asked.map_err(|failure| failure.when(format!("client {number} of three")))?;
    }
    let mut clients = Vec::new();
    // Now all ask before any of them looks for an answer.
    for number in 1..=3 {
        let mut peer = open(&server)?;
        let text = format!("{number} {}", trial.random.word(10));
        peer.send(server.addr, text.as_bytes())?;
        clients.push((peer, text));
    }
    for (number, (peer, text)) in clients.iter_mut().enumerate() {
        let answered = peer.expect(server.addr, text.as_bytes());
        answered.map_err(|failure| failure.when(format!("client {} of three at once", number + 1)))?;
    }
    for (peer, _) in &mut clients {
        if let Some(more) = peer.already_there()? {
            return Err(Failure::new("a client got another one's answer, or its own twice").received(&more));
        }
    }
    Ok(())
}

pub(super) fn empty(trial: &mut Trial) -> Result<(), Failure> {
    let server = serve(trial, &[])?;
    ask(&server, b"").map_err(|failure| failure.when("an empty datagram"))?;
    ask(&server, b"after the empty one")
}

pub(super) fn sizes(trial: &mut Trial) -> Result<(), Failure> {
    let server = serve(trial, &[])?;
    for size in [1, 1024, 2000, 8192, 65_507] {
        let asked = ask(&server, &trial.random.bytes(size));
        asked.map_err(|failure| failure.when(format!("a datagram of {size} bytes")))?;
    }
    Ok(())
}

pub(super) fn truncated(trial: &mut Trial) -> Result<(), Failure> {
    let server = serve(trial, &["--buffer", "1024"])?;
    let text = trial.random.bytes(2000);
    let mut peer = open(&server)?;
    peer.send(server.addr, &text)?;
    peer.expect(server.addr, &text[..1024])?;
    ask(&server, b"the next datagram, not the rest")
}

pub(super) fn client_gone(trial: &mut Trial) -> Result<(), Failure> {
    let server = serve(trial, &[])?;
    for _ in 0..20 {
        open(&server)?.send(server.addr, b"I do not wait for the answer")?;
    }
    ask(&server, b"still there?").map_err(|failure| failure.when("after clients that did not wait"))?;
    server.expect_alive("clients that did not wait for their answers")
}
