//! # One call
//!
//! You will learn: to find messages in a stream of bytes; that the end of the stream is not a
//! message. (Lessons 5 and 6 put this same file behind other servers.)
//! Run it: as part of `cargo run --bin lesson4 server`.
//! Python: the document's inner loop, with its `data == 'exit'`.
//! Try: `printf '0\nex' | nc -N 127.0.0.1 8888`: half a message at the end of the stream is none.
//! (`-N` makes OpenBSD's nc send that end.)

use std::io;
use std::time::Duration;

use netkit::framing::Messages;
use netkit::net::Socket;

use crate::ivr::{self, Answer};

/// Talks to one caller until it hangs up, says `exit`, or says nothing for `timeout`.
// ANCHOR: talk
pub fn talk(caller: &mut Socket, timeout: Duration) -> io::Result<()> {
    caller.set_timeout(Some(timeout))?;
    caller.send_all(ivr::GREETING.as_bytes())?;

    let mut messages = Messages::new(ivr::MESSAGE_LIMIT);
    let mut buffer = [0; 4096];
    loop {
        // 1. A receive is whatever has arrived: a part of a message, one, or several.
        let received = caller.recv(&mut buffer)?;
        if received == 0 {
            return Ok(()); // hung up: not an empty message
        }
        messages.push(&buffer[..received]);

        // 2. Each whole message gets its answer; all answers of this turn leave with one send.
        let mut answers = Vec::new();
        while let Some(message) = messages.next_message() {
            match ivr::answer(&message) {
                Answer::Say(text) => answers.extend_from_slice(text.as_bytes()),
                Answer::HangUp => {
                    caller.send_all(&answers)?;
                    return Ok(());
                }
            }
        }
        caller.send_all(&answers)?;
    }
}
// ANCHOR_END: talk
