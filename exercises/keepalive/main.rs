//! keepalive: many requests on a connection. The task is in README.md; `cargo lab check keepalive` looks at it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    // The word behind --addr, or a default.
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8080"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // A browser that has left makes this fail. That is the end of its conversation, not of the server.
        let _ = serve(stream);
    }
}

/// Answers requests until the browser ends.
fn serve(mut stream: TcpStream) -> io::Result<()> {
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            return Ok(());
        }
        // TODO: a read may bring half a request. Where is the first half, when the second one comes?
        // TODO: and it may bring three requests and a half. Who answers the others?
        if let Some(end) = end_of_head(&piece[..count]) {
            answer(&mut stream, &piece[..end])?;
        }
    }
}

/// Answers the request with this head: its path is the second word.
fn answer(stream: &mut TcpStream, head: &[u8]) -> io::Result<()> {
    let head = String::from_utf8_lossy(head);
    let body = format!("you asked for {}\n", head.split(' ').nth(1).unwrap_or_default());
    let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(reply.as_bytes())
}

/// Where the first request ends: behind its blank line.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}
