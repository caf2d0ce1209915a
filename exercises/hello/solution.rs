//! hello, solved: read to the blank line, answer, and hear the browser out.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

const BODY: &str = "你好,世界\n";

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8080"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        // A browser that has left makes this fail. That is the end of its conversation, not of the server.
        let _ = serve(stream);
    }
}

/// Reads the request, whatever it asks for, and answers.
fn serve(stream: TcpStream) -> io::Result<()> {
    // The head ends with a blank line, however many reads that takes and wherever they are cut.
    let mut reader = BufReader::new(&stream);
    let mut line = Vec::new();
    while line != b"\r\n" {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(()); // it has left in the middle of its request
        }
    }
    // Bytes, not characters: `str::len` counts bytes.
    let length = BODY.len();
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{BODY}"
    );
    (&stream).write_all(reply.as_bytes())?;
    // Who closes while bytes of the peer lie unread resets the connection, and the answer may be lost with it. So: this was
    // all from us, and we read what still comes until the browser has closed too.
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    io::copy(&mut reader, &mut io::sink())?;
    Ok(())
}
