//! caught by: one-send
//! says: only the first
//! deadline: 4
//! The mistake: each message has a reader of its own, and what that has read ahead is lost with it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8888"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((caller, _)) = listener.accept() else { continue };
        // A caller who hangs up makes this fail. That is the end of the call, not of the robot.
        let _ = call(&caller);
    }
}

fn call(mut caller: &TcpStream) -> io::Result<()> {
    loop {
        let mut reader = BufReader::new(caller);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        // At the end of the call the rest may come without a newline; it was never a message.
        let Some(message) = line.strip_suffix('\n') else { return Ok(()) };
        let answer = match message.strip_suffix('\r').unwrap_or(message) {
            "0" => "通过可能会被录音.balabala一大推".to_owned(),
            "exit" => return Ok(()),
            other => format!("请重新输入: {other}"),
        };
        caller.write_all(format!("{answer}\n").as_bytes())?;
    }
}
