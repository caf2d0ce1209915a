//! caught by: refused-at-once
//! says: 1024 bytes without a newline are too long
//! deadline: 3
//! The mistake: the limit is one too high, so a caller who sends exactly as much as is too long waits for ever.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

const GREETING: &str = "欢迎致电 10086,请输入1xxx,0转人工服务.";
const OPERATOR: &str = "通过可能会被录音.balabala一大推";
/// The longest line that is looked at, and one more.
const LIMIT: usize = 1025;
const AGAIN: &str = "请重新输入.";

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8888"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((caller, _)) = listener.accept() else { continue };
        // An error here says that this caller has left. Either way the stream is closed when it goes out of scope.
        let _ = talk(&caller);
    }
}

/// One call, until `exit`.
fn talk(mut caller: &TcpStream) -> io::Result<()> {
    caller.write_all(GREETING.as_bytes())?;
    let mut lines = BufReader::new(caller);
    let mut line = Vec::new();
    loop {
        line.clear();
        // No more than the limit is read and kept, whatever comes.
        (&mut lines).take(LIMIT as u64).read_until(b'\n', &mut line)?;
        if line.len() == LIMIT && !line.ends_with(b"\n") {
            // Refused now, as the newline may never come. What is left of the line is read and thrown away, a buffer at
            // a time.
            caller.write_all(AGAIN.as_bytes())?;
            lines.skip_until(b'\n')?;
            continue;
        }
        // Without a newline at its end it is what was left at the end of the stream.
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
