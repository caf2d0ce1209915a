//! greet, solved: accept gives the client's address together with the connection.

use std::io::{self, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((mut stream, peer)) = listener.accept() else { continue };
        // A client that has left makes this fail. That is the end of its conversation, not of the server.
        let _ = writeln!(stream, "hello {peer}");
    }
}
