//! echo, solved: copy from the connection to itself until it ends.

use std::io;
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // Reads until `read` gives 0 bytes, which is the client's end, and writes all of each piece, however many calls
        // that takes. `&TcpStream` can read and write: no need for a second handle.
        let _ = io::copy(&mut &stream, &mut &stream);
    }
}
