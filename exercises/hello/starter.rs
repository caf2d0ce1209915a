//! hello: a web server for one sentence. The task is in README.md; `cargo lab check hello` looks at it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

const BODY: &str = "你好,世界\n";

fn main() -> io::Result<()> {
    // The word behind --addr, or a default.
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
fn serve(mut stream: TcpStream) -> io::Result<()> {
    // TODO: is this the whole head of the request? It ends with a blank line, and may come byte by byte.
    let mut head = [0; 1024];
    let _count = stream.read(&mut head)?;
    let length = BODY.chars().count(); // TODO: what does Content-Length count?
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{BODY}"
    );
    // TODO: closing while bytes of the browser lie unread breaks the connection off (reset). Hear it out first.
    stream.write_all(reply.as_bytes())
}
