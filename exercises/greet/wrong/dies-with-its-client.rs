//! caught by: clients-that-leave
//! says: the server died
//! The mistake: `?` on a client's connection makes the client's trouble the end of the server.

use std::io::{self, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (mut stream, _) = listener.accept()?;
        // Asked too late: a client that has reset the connection has no address any more.
        let peer = stream.peer_addr()?;
        writeln!(stream, "hello {peer}")?;
    }
}
