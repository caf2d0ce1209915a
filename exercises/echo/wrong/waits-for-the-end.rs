//! caught by: until-eof
//! says: waits for the end
//! deadline: 2
//! The mistake: an echo is heard at once. A client that waits for it before it goes on would wait for ever.

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

fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut everything = Vec::new();
    stream.read_to_end(&mut everything)?;
    stream.write_all(&everything)
}
