//! menu: a robot that answers the telephone. The task is in README.md; `cargo lab check menu` looks at it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    // The word behind --addr, or a default.
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
    // `&TcpStream` can be read and written too: the socket itself does not change.
    caller.write_all("欢迎致电 10086,请输入1xxx,0转人工服务.\n".as_bytes())?;
    let mut reader = BufReader::new(caller);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        // TODO: 0, 1xxx and exit. What exactly is in `line`? Print it with {line:?}. Only the line end is no part of the
        // message: `line.strip_suffix('\n')` is what stands before it, if it ends so.
        let answer = "请重新输入.";
        caller.write_all(format!("{answer}\n").as_bytes())?;
        line.clear();
    }
    Ok(())
}
