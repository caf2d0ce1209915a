//! caught by: never-resets
//! says: (ECONNRESET)
//! The mistake: one read of 1,024 bytes, an answer, and close. What lies unread then turns the close into a reset.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

const BODY: &str = "你好,世界\n";

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8080"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        let _ = serve(stream);
    }
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    let mut head = [0; 1024];
    let _count = stream.read(&mut head)?;
    let length = BODY.len();
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{BODY}"
    );
    stream.write_all(reply.as_bytes())
}
