//! caught by: peer-address
//! says: its own address, the server's (local_addr, getsockname)
//! The mistake: `local_addr` (getsockname) is this end of the connection, and the same for every client.

use std::io::{self, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (mut stream, _) = listener.accept()?;
        let own = stream.local_addr()?;
        let _ = writeln!(stream, "hello {own}");
    }
}
