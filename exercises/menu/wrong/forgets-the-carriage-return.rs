//! caught by: telnet
//! says: telnet
//! The mistake: only `\n` is taken off.

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
    caller.write_all("欢迎致电 10086,请输入1xxx,0转人工服务.\n".as_bytes())?;
    let mut reader = BufReader::new(caller);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        let answer = match line.trim_end_matches('\n') {
            "0" => "通过可能会被录音.balabala一大推".to_owned(),
            "exit" => return Ok(()),
            number if is_service(number) => format!("{number} 已受理."),
            _ => "请重新输入.".to_owned(),
        };
        caller.write_all(format!("{answer}\n").as_bytes())?;
        line.clear();
    }
    Ok(())
}

/// A 1 and three more digits. Only those of ASCII: `is_numeric` knows many more.
fn is_service(message: &str) -> bool {
    message.len() == 4 && message.starts_with('1') && message.bytes().all(|byte| byte.is_ascii_digit())
}
