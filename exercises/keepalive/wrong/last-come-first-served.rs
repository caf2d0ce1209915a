//! caught by: three-at-once
//! says: in another order
//! The mistake: it collects the whole requests of a read, and takes them from the wrong end.

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
        let mut requests = Vec::new();
        while let Some(end) = end_of_head(&unused) {
            requests.push(unused.drain(..end).collect::<Vec<u8>>());
        }
        while let Some(request) = requests.pop() {
            answer(&mut stream, &request)?;
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
