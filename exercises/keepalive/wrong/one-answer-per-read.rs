//! caught by: three-at-once
//! says: one answer per read
//! The mistake: it answers once behind each read. That a read has brought more than one request is not seen.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

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
    let mut unused = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            return Ok(());
        }
        unused.extend_from_slice(&piece[..count]);
        if let Some(end) = end_of_head(&unused) {
            answer(&mut stream, &unused[..end])?;
            unused.drain(..end);
        }
    }
}

fn answer(stream: &mut TcpStream, head: &[u8]) -> io::Result<()> {
    let head = String::from_utf8_lossy(head);
    let body = format!("you asked for {}\n", head.split(' ').nth(1).unwrap_or_default());
    let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(reply.as_bytes())
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}
