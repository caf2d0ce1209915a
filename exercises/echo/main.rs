//! echo: send every byte back until the client ends. The task is in README.md; `cargo lab check echo` looks at it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    // The word behind --addr, or a default.
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // A client that has left makes this fail. That is the end of its conversation, not of the server.
        let _ = echo(stream);
    }
}

/// Sends back what the client sends.
fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    let count = stream.read(&mut buffer)?;
    // TODO: that was one piece. When does the client have no more to say?
    // TODO: bytes are not always text. Send back what came, not what it looks like.
    let text = String::from_utf8_lossy(&buffer[..count]);
    stream.write_all(text.as_bytes())
}
