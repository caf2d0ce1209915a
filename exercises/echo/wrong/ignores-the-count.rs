//! caught by: short-writes
//! says: `write` says how many bytes it took
//! The mistake: `write` may take less than it is given. It mostly takes all, so that this seems to work.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        let _ = echo(stream);
    }
}

#[allow(clippy::unused_io_amount, reason = "this is the mistake")]
fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 65536];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        stream.write(&buffer[..count])?;
    }
}
