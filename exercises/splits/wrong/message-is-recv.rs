//! caught by: every-split
//! says: in one piece
//! deadline: 8
//! The mistake: what one `read` returns is taken for one message.

use std::io::{self, Read, Write};
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
    let mut buffer = [0; 1024];
    loop {
        let count = caller.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&buffer[..count]);
        // `\n` or `\r\n` is the end of the line. A space before it is part of the message.
        let message = text.strip_suffix('\n').unwrap_or(&text);
        let message = message.strip_suffix('\r').unwrap_or(message);
        let answer = match message {
            "0" => "通过可能会被录音.balabala一大推".to_owned(),
            "exit" => return Ok(()),
            other => format!("请重新输入: {other}"),
        };
        caller.write_all(format!("{answer}\n").as_bytes())?;
    }
}
