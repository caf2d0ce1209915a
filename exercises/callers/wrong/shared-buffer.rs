//! caught by: own-state
//! says: state shared between callers
//! The mistake: one buffer for the unfinished line of all callers: whoever says the rest of a line ends everybody's.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

const GREETING: &str = "欢迎致电 10086,请输入1xxx,0转人工服务.";
const OPERATOR: &str = "通过可能会被录音.balabala一大推";
const AGAIN: &str = "请重新输入.";

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8888"))?;
    println!("listening on {}", listener.local_addr()?);
    let buffer = Arc::new(Mutex::new(Vec::new()));
    loop {
        let Ok((caller, _)) = listener.accept() else { continue };
        let buffer = Arc::clone(&buffer);
        let _ = thread::Builder::new().spawn(move || talk(&caller, &buffer));
    }
}

fn talk(mut caller: &TcpStream, buffer: &Mutex<Vec<u8>>) -> io::Result<()> {
    caller.write_all(GREETING.as_bytes())?;
    let mut chunk = [0; 1024];
    loop {
        let count = caller.read(&mut chunk)?;
        if count == 0 {
            return Ok(());
        }
        let Ok(mut buffer) = buffer.lock() else { return Ok(()) };
        buffer.extend_from_slice(&chunk[..count]);
        while let Some(end) = buffer.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            // `\n` or `\r\n` is the end of the line. A space before it is part of the message.
            let message = line.strip_suffix(b"\n").unwrap_or(&line);
            let message = message.strip_suffix(b"\r").unwrap_or(message);
            match message {
                b"exit" => return Ok(()),
                b"0" => caller.write_all(OPERATOR.as_bytes())?,
                _ => caller.write_all(AGAIN.as_bytes())?,
            }
        }
    }
}
