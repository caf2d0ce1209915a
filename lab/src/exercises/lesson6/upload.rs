//! What the exercises on uploads have in common: the conversation. The folder is that of lesson 6's upload server.

use crate::lessons::lesson6::uploads::header;
use crate::{Failure, Peer, Random};

/// The line behind the content.
pub(super) fn confirmation(content: &[u8]) -> Vec<u8> {
    format!("ok {}\n", content.len()).into_bytes()
}

/// Announces a file and waits for `ready`.
pub(super) fn announce(peer: &mut Peer, name: &str, size: usize) -> Result<(), Failure> {
    peer.send(&header(name, size))?;
    peer.expect(b"ready\n").map_err(|failure| failure.when(format!("`{name}|{size}` was announced")))
}

/// Sends one file the polite way and waits until it is confirmed.
pub(super) fn upload(peer: &mut Peer, name: &str, content: &[u8]) -> Result<(), Failure> {
    announce(peer, name, content.len())?;
    peer.send(content)?;
    let confirmed = peer.expect(&confirmation(content));
    confirmed.map_err(|failure| failure.when(format!("the {} bytes of `{name}` were sent", content.len())))
}

/// One whole right conversation.
pub(super) fn talk(mut peer: Peer) -> Result<(), Failure> {
    upload(&mut peer, "hello.txt", b"Hello, World")?;
    peer.half_close();
    peer.expect_eof()
}

/// `bytes` in pieces of 1 to `largest` bytes.
pub(super) fn cut<'a>(mut bytes: &'a [u8], largest: usize, random: &mut Random) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(random.between(1, largest).min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}
