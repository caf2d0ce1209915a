//! Answers that are lines, from programs that may write them in pieces.

use crate::{Failure, Peer};

/// Reads one line with its newline. For a conversation in turns: what follows the line in the same moment is read, too.
pub(super) fn read_line(peer: &mut Peer) -> Result<Vec<u8>, Failure> {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") && line.len() < 1024 {
        let piece = peer.read_some()?;
        if piece.is_empty() {
            return Err(Failure::new("the connection ended where an answer was expected").received(&line));
        }
        line.extend(piece);
    }
    Ok(line)
}
