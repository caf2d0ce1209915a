//! caught by: unfinished
//! says: was never a message
//! The mistake: the rest without a newline is answered too.

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
    // One for the whole call: what it has read ahead belongs to the next message.
    let mut reader = BufReader::new(caller);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let message = line.strip_suffix('\n').unwrap_or(&line);
        let answer = match message.strip_suffix('\r').unwrap_or(message) {
            "0" => "通过可能会被录音.balabala一大推".to_owned(),
            "exit" => return Ok(()),
            other => format!("请重新输入: {other}"),
        };
        caller.write_all(format!("{answer}\n").as_bytes())?;
    }
}
