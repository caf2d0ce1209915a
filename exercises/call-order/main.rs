//! call-order: the steps of SocketServer. The task is in README.md; `cargo lab check call-order` looks at it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    // TODO: base_init comes first, and keeps what verify_request asks for: --refuse.
    println!("server_bind");
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("server_activate");
    println!("listening on {}", listener.local_addr()?);
    println!("serve_forever");
    loop {
        println!("get_request");
        let Ok((stream, _)) = listener.accept() else { continue };
        // TODO: verify_request and process_request belong between.
        finish_request(&stream);
        println!("shutdown_request");
        let _ = stream.shutdown(Shutdown::Write);
        println!("close_request");
    }
}

fn finish_request(stream: &TcpStream) {
    println!("finish_request");
    println!("setup");
    // TODO: what comes after a panic in handle? Look at std::panic::catch_unwind.
    let _ = handle(stream);
    println!("finish");
}

fn handle(mut stream: &TcpStream) -> io::Result<()> {
    // `&TcpStream` can be read and written too: the socket itself does not change.
    println!("handle");
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    match line.trim_end() {
        "panic" => panic!("the client has asked for it"),
        word => writeln!(stream, "hello {word}"),
    }
}
