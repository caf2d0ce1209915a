//! # One client
//!
//! You will learn: how sockets and rules come together: receive, let the rules answer, send; and
//! one deadline for a whole request, which a client cannot stretch by sending a byte a second.
//! Run it: as part of `cargo run --bin lesson2 threads`.
//! Python: `BaseHTTPRequestHandler.handle`.
//! Try: `nc 127.0.0.1 8080`, type `GET / HT` and wait ten seconds.

use std::io;
use std::time::{Duration, Instant};

use netkit::net::Socket;

use crate::http::Conversation;

/// Bytes taken with one receive.
const PIECE: usize = 16 * 1024;

/// Serves one client until it closes, errs, is idle for `timeout`, or the server is to stop.
// ANCHOR: serve
pub fn serve(mut client: Socket, timeout: Duration) -> io::Result<()> {
    let mut conversation = Conversation::default();
    let mut buffer = [0; PIECE];
    let mut replies = Vec::new();
    let mut deadline = Instant::now() + timeout;
    while !conversation.is_over() {
        // 1. Wait for bytes, but only until the deadline of this request.
        let left = deadline.saturating_duration_since(Instant::now());
        client.set_timeout(Some(left.max(Duration::from_millis(1))))?;
        match client.recv(&mut buffer) {
            Ok(0) => break,
            Ok(received) => {
                if conversation.is_idle() {
                    // The clock of a request starts with its first byte.
                    deadline = Instant::now() + timeout;
                }
                conversation.receive(&buffer[..received], &mut replies);
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => conversation.time_is_up(&mut replies),
            Err(error) => return Err(error),
        }
        // 2. Everything that can be answered is answered with one send.
        if !replies.is_empty() {
            client.set_timeout(Some(timeout))?;
            client.send_all(&replies)?;
            replies.clear();
            deadline = Instant::now() + timeout;
        }
    }
    // 3. A client that still sends gets its last reply all the same.
    client.close();
    Ok(())
}
// ANCHOR_END: serve
