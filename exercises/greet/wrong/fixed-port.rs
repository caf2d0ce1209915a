//! caught by: free-port
//! says: must name the real port
//! The mistake: with port 0 the kernel picks one. What was asked for is not what was given.

use std::io::{self, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let addr = addr.as_deref().unwrap_or("127.0.0.1:9999");
    let listener = TcpListener::bind(addr)?;
    println!("listening on {addr}");
    loop {
        let (mut stream, peer) = listener.accept()?;
        let _ = writeln!(stream, "hello {peer}");
    }
}
