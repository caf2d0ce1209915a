//! caught by: never-resets
//! says: (ECONNRESET)
//! The mistake: after the answer it closes at once. The body of a request that lies unread turns that into a reset.

use std::io::{self, BufRead, BufReader, Write};
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

fn serve(stream: TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(&stream);
    let mut line = Vec::new();
    while line != b"\r\n" {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
    }
    let length = BODY.len();
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{BODY}"
    );
    (&stream).write_all(reply.as_bytes())
}
