//! caught by: at-once
//! says: one thread is to serve them all
//! The mistake: a thread for each client. It echoes, but a thousand clients are a thousand threads.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::thread;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:10000"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((client, _)) = listener.accept() else { continue };
        let _ = thread::Builder::new().spawn(move || echo(&client));
    }
}

/// Until its EOF.
fn echo(client: &TcpStream) -> io::Result<u64> {
    io::copy(&mut &*client, &mut &*client)
}
