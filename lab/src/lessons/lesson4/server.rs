//! What is a message, and what is it answered with.

use crate::{Failure, Peer, Server, Trial};

pub(crate) const GREETING: &str = "欢迎致电 10086,请输入1xxx,0转人工服务.";
pub(crate) const RECORDED: &str = "通过可能会被录音.balabala一大推";
pub(crate) const AGAIN: &str = "请重新输入.";
pub(crate) const REQUEST: &[u8] = b"0\nexit\n";

/// One whole right conversation.
pub(crate) fn talk(mut peer: Peer) -> Result<(), Failure> {
    peer.expect(GREETING.as_bytes())?;
    peer.send(b"0\n")?;
    peer.expect(RECORDED.as_bytes())?;
    peer.send(b"exit\n")?;
    peer.expect_eof()
}

/// A caller who has been greeted.
pub(crate) fn call(server: &Server) -> Result<Peer, Failure> {
    let mut peer = server.connect()?;
    peer.expect(GREETING.as_bytes()).map_err(|failure| failure.when("the greeting"))?;
    Ok(peer)
}

/// Sends each message and waits for its reply before the next; then `exit` and the end of the call.
fn converse(server: &Server, messages: &[(&[u8], &str)], exit: &[u8]) -> Result<(), Failure> {
    let mut peer = call(server)?;
    for (message, reply) in messages {
        peer.send(message)?;
        peer.expect(reply.as_bytes())?;
        // What gets no reply must have been read before the next message, or they would be one chunk.
        let _ = !reply.is_empty() || peer.wait_until_read();
    }
    peer.send(exit)?;
    peer.expect_all(b"").map_err(|failure| failure.when("after exit"))
}

pub(in crate::lessons) fn dialogue(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let number = format!("1{}\n", trial.random.between(100, 999));
    let messages =
        [(b"0\n".as_slice(), RECORDED), (number.as_bytes(), AGAIN), (b"0 \n", AGAIN), (b"0\n", RECORDED)];
    (0..2).try_for_each(|_| converse(&server, &messages, b"exit\n"))
}

pub(in crate::lessons) fn bare_chunks(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let word = trial.random.word(6);
    converse(&server, &[(b"0", RECORDED), (word.as_bytes(), AGAIN), (b"0", RECORDED)], b"exit")
}

/// Seven bytes can be cut in 64 ways.
pub(in crate::lessons) fn every_split(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let expected = format!("{GREETING}{RECORDED}");
    for cuts in 0..1_u32 << (REQUEST.len() - 1) {
        let mut pieces = Vec::new();
        let mut start = 0;
        for end in 1..=REQUEST.len() {
            if end == REQUEST.len() || cuts & 1 << (end - 1) != 0 {
                pieces.push(&REQUEST[start..end]);
                start = end;
            }
        }
        let shown: Vec<String> =
            pieces.iter().map(|piece| format!("\"{}\"", crate::bytes::escape(piece))).collect();
        let mut peer = server.connect()?;
        let sent = peer.send_pieces(pieces).and_then(|()| peer.expect_all(expected.as_bytes()));
        sent.map_err(|failure| failure.when(format!("sent as {}", shown.join(", "))))?;
    }
    Ok(())
}

pub(in crate::lessons) fn glued(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    converse(&server, &[(b"0exit\n", AGAIN), (b"exit0\n", AGAIN)], b"exit\n")?;
    converse(&server, &[(b"0exit", AGAIN)], b"exit")?;
    // And with newlines between them, three messages in one chunk are three.
    let three = format!("{RECORDED}{AGAIN}{RECORDED}");
    converse(&server, &[(b"0\nx\n0\n", &three)], b"exit\n")
}

pub(in crate::lessons) fn enter(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    converse(&server, &[(b"\n", AGAIN), (b"\n", AGAIN), (b"0\n", RECORDED)], b"exit\n")
}

pub(in crate::lessons) fn late_newline(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    converse(&server, &[(b"0", RECORDED), (b"\n", ""), (b"\n", AGAIN)], b"exit\n")?;
    converse(&server, &[(b"0", RECORDED), (b"\r\n", ""), (b"0\n", RECORDED)], b"exit\n")?;
    converse(&server, &[(b"0", RECORDED), (b"\n0\n", RECORDED)], b"exit\n")
}

pub(in crate::lessons) fn carriage_return(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    // Only one is dropped: `0\r` is no `0`.
    converse(&server, &[(b"0\r\n", RECORDED), (b"\r\n", AGAIN), (b"0\r\r\n", AGAIN)], b"exit\r\n")
}

pub(in crate::lessons) fn long_message(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let line = |length: usize| [vec![b'x'; length], b"\n".to_vec()].concat();
    for length in [1024, 1025, 5_000, 100_000] {
        let long = line(length);
        let messages = [(b"0\n".as_slice(), RECORDED), (long.as_slice(), AGAIN), (b"0\n", RECORDED)];
        let conversed = converse(&server, &messages, b"exit\n");
        conversed.map_err(|failure| failure.when(format!("a message of {length} bytes")))?;
    }
    // What looks like a message inside of it is none.
    let hidden = [vec![b'x'; 3_000], b"exit".to_vec(), vec![b'x'; 3_000], b"\n".to_vec()].concat();
    converse(&server, &[(b"0\n", RECORDED), (&hidden, AGAIN), (b"0\n", RECORDED)], b"exit\n")
}

pub(in crate::lessons) fn unfinished_tail(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for tail in ["0", "exi", "x"] {
        let mut peer = call(&server)?;
        peer.send(format!("0\n{tail}").as_bytes())?;
        peer.half_close();
        peer.expect_all(RECORDED.as_bytes())
            .map_err(|failure| failure.when("a half-close behind an unfinished line"))?;
    }
    Ok(())
}
