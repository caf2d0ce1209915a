//! callers: a robot for many at once. The task is in README.md; `cargo lab check callers` looks at it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

const GREETING: &str = "欢迎致电 10086,请输入1xxx,0转人工服务.";
const OPERATOR: &str = "通过可能会被录音.balabala一大推";
const AGAIN: &str = "请重新输入.";

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8888"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((caller, _)) = listener.accept() else { continue };
        // TODO: nobody else is greeted before this call is over. Who could talk to this caller meanwhile?
        // TODO: and who shall own `caller`, so that it is closed when its call is over?
        let _ = talk(&caller);
    }
}

/// One call, until `exit`.
fn talk(mut caller: &TcpStream) -> io::Result<()> {
    // `&TcpStream` can be read and written too: the socket itself does not change.
    caller.write_all(GREETING.as_bytes())?;
    let mut lines = BufReader::new(caller);
    let mut line = Vec::new();
    loop {
        line.clear();
        lines.read_until(b'\n', &mut line)?;
        // Without a newline at its end it is what was left at the end of the stream: nothing, or half a message.
        if !line.ends_with(b"\n") {
            return Ok(());
        }
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
